/**
 * The clips that simulated vendors deliver: real MP4 files that play anywhere, in which a drawn picture
 * moves. They are encoded in a thread of their own, kept for a while, and can be made again from their plan.
 */
export { Clips } from './clips.ts'
export { type ClipPlan, planClip } from './plan.ts'
