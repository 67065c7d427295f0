/** Whether somebody else listens there already. */
export function isPortTaken(error: unknown): error is { port: number } {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
}
