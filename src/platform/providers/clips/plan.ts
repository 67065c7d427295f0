import { type PicturePlan, planPicture } from '../pictures/index.ts'

/** Everything a clip follows from. Small plain JSON: it travels inside the clip's address. */
export interface ClipPlan {
  /** Its width and height are those of the clip, and even. */
  readonly picture: PicturePlan
  readonly seconds: number
  readonly framesPerSecond: number
  /** True for two colours instead of a scene: for load tests, where nobody looks. */
  readonly plain: boolean
  /** Whether a quiet tone goes with it. */
  readonly sound: boolean
}

/** Plans a clip as `planPicture` plans a picture: the same words give the same idea, the seed another take. */
export function planClip(asked: { prompt: string; seed: number; width: number; height: number; seconds: number; framesPerSecond: number; plain: boolean; sound: boolean; tint?: string | undefined }): ClipPlan {
  const even = (side: number): number => Math.max(2, Math.round(side / 2) * 2)
  // Plain clips of one size are one clip, so that a load test encodes it once.
  const idea = asked.plain ? { prompt: 'plain', seed: 1 } : { prompt: asked.prompt, seed: asked.seed }
  const picture = planPicture({ ...idea, width: even(asked.width), height: even(asked.height), tint: asked.tint })
  return { picture, seconds: asked.seconds, framesPerSecond: asked.framesPerSecond, plain: asked.plain, sound: asked.sound }
}
