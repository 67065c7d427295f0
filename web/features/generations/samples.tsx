import classes from './studio.module.css'

const samples = [
  'A red fox asleep on moss at first light, long lens, shallow focus, breath visible in the cold air',
  'A lighthouse keeper’s kitchen at night, one lamp, rain on the window, painted in gouache',
  'Isometric cutaway of a tiny bookshop with three floors, warm lamps, a cat on every landing',
  'Portrait of an old cellist in a doorway, Rembrandt light, grain of 400-speed film',
]

/** What an empty studio offers. A sample fills the prompt; only the button spends. */
export function Samples({ choose }: { choose: (prompt: string) => void }) {
  const fill = (prompt: string) => {
    choose(prompt)
    document.querySelector<HTMLElement>('[data-slash]')?.focus()
  }
  return (
    <section className={classes.samples} aria-labelledby="samples">
      <div>
        <h2 id="samples">What would you like to see?</h2>
        <p>Describe it, or start from one of these. Nothing is spent until you press Generate.</p>
      </div>
      <ul className={classes.sampleList}>
        {samples.map((prompt) => (
          <li key={prompt}>
            <button type="button" className={classes.sample} onClick={() => fill(prompt)}>{prompt}</button>
          </li>
        ))}
      </ul>
    </section>
  )
}
