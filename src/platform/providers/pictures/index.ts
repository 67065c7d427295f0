/**
 * The pictures that simulated vendors deliver. They stand in for what a model would make, so they
 * follow the words of the prompt, differ from take to take, and are meant to be looked at.
 */
export { planPicture, type PicturePlan } from './plan.ts'
export { randomFrom, seedFrom } from './random.ts'
export { renderPicture, renderPlain } from './render.ts'
