/** What the interface refused, with the status that says what kind of no it is. */
export class ApiRefusal extends Error {
  readonly status: number
  readonly code: string
  readonly title: string

  constructor(status: number, problem: unknown) {
    const { detail, code, title } = (typeof problem === 'object' && problem !== null ? problem : {}) as Record<string, unknown>
    super(typeof detail === 'string' ? detail : `The server answered ${status}.`)
    this.name = 'ApiRefusal'
    this.status = status
    this.code = typeof code === 'string' ? code : `http.${status}`
    this.title = typeof title === 'string' ? title : 'Refused'
  }
}
