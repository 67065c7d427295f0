/** Loaded with every page, so it stands on its own: a plain link, which a page that does not exist can afford. */
export default function NotFound() {
  return (
    <main className="alone">
      <h1>This page does not exist</h1>
      <p>The address may be mistyped, or what stood here is gone.</p>
      {/* oxlint-disable-next-line next/no-html-link-for-pages */}
      <p><a href="/">To the studio</a></p>
    </main>
  )
}
