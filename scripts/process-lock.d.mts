export declare function lockProcess(
  path: string,
  options?: { onWait?: (ownerProcessId: number) => void; signal?: AbortSignal },
): Promise<() => void>
