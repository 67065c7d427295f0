import { z } from 'zod'
import { AuthRequired, CLIENT_ADDRESS_HEADER, mountHandler, readMountedJson, roles, route } from '#platform/http'
import type { Auth } from './auth.ts'
import { couldNotCreate, readRefusal } from './auth-answer.ts'
import type { Identifier } from './identify.ts'
import { demoPerson } from './seed.ts'
import { SignInTries } from './sign-in-tries.ts'

export interface AccountRoutesParts {
  readonly auth: Auth
  readonly identifier: Identifier
  /** What a visitor may know before signing in. */
  readonly app: { readonly version: string; readonly simulated: boolean; readonly demo: boolean }
}

const Me = z
  .object({ id: z.uuid(), email: z.string(), name: z.string(), role: z.enum(roles), accountId: z.uuid() })
  .meta({ id: 'Me' })

const AppView = z
  .object({
    name: z.string(),
    version: z.string(),
    simulated: z.boolean().describe('Whether some results come from a simulated provider'),
    demo: z.object({ email: z.string(), password: z.string() }).nullable(),
  })
  .meta({ id: 'App' })

const SIGN_IN_PATH = '/api/auth/sign-in/email'

const Session = z.object({ token: z.string().nullable(), user: z.record(z.string(), z.unknown()) })
const SignedIn = Session.extend({ redirect: z.boolean(), url: z.string().optional().describe('The `callbackURL` that was sent') })
const SignIn = z.object({ email: z.string().max(320), password: z.string() })
const SignUp = SignIn.extend({ name: z.string().max(200) })
/** What the library keeps at any length, or puts into a header of its answer as it is, on whichever of its paths. */
const Asked = z
  .looseObject({ ...SignUp.pick({ email: true, name: true }).shape, image: z.string().max(2_048).nullable(), callbackURL: z.string().max(2_048).regex(/^[\x21-\x7e]*$/, 'must be an address') })
  .partial()

export function accountRoutes({ auth, identifier, app }: AccountRoutesParts) {
  const tries = new SignInTries()
  return [
    route({
      method: 'GET',
      path: '/api/app',
      operation: 'getApp',
      summary: 'What this installation is',
      tags: ['accounts'],
      access: 'public',
      status: 200,
      reply: AppView,
      errors: [],
      handle: async () => {
        const demo = app.demo ? { email: demoPerson.email, password: demoPerson.password } : null
        return { name: 'Cooly', version: app.version, simulated: app.simulated, demo }
      },
    }),
    route({
      method: 'GET',
      path: '/api/me',
      operation: 'getMe',
      summary: 'Who is signed in',
      tags: ['accounts'],
      access: 'member',
      status: 200,
      reply: Me,
      errors: [],
      handle: async ({ request }) => {
        const person = await identifier.findPerson(request.headers.cookie)
        if (person === null) throw new AuthRequired({})
        const { userId, accountId, email, name, role } = person
        return { id: userId, email, name, role, accountId }
      },
    }),
    mountHandler({
      paths: ['/api/auth/*'],
      methods: ['GET', 'POST'],
      documents: [
        document(SIGN_IN_PATH, 'signIn', 'Sign in with e-mail and password', SignIn, SignedIn),
        document('/api/auth/sign-up/email', 'signUp', 'Sign up with e-mail and password', SignUp, Session),
        document('/api/auth/sign-out', 'signOut', 'Sign out', z.object({}), z.object({ success: z.boolean() })),
      ],
      handle: async (request) => {
        const body = request.method === 'POST' ? await readMountedJson(request, Asked) : undefined
        const signsIn = new URL(request.url).pathname === SIGN_IN_PATH
        const response = signsIn ? await signIn(auth, tries, request, body?.email ?? '') : await passOn(auth, request)
        if (request.method === 'POST') identifier.forget()
        const refusal = await readRefusal(response)
        if (refusal !== undefined) throw refusal
        return response
      },
    }),
  ]
}

/**
 * Of two who sign up at once with one address, the library sees that it is free for both, and calls it a failure when the database then refuses one of them. Asked
 * again it sees whose it is.
 */
async function passOn(auth: Auth, request: Request): Promise<Response> {
  const again = request.clone()
  const response = await auth.handler(request)
  return (await couldNotCreate(response)) ? auth.handler(again) : response
}

/** Signs in unless this client has failed too often for this address, and remembers how it went. */
async function signIn(auth: Auth, tries: SignInTries, request: Request, email: string): Promise<Response> {
  const client = request.headers.get(CLIENT_ADDRESS_HEADER) ?? 'unknown'
  await tries.check(client, email)
  const response = await auth.handler(request)
  if (response.status === 401) await tries.failed(client, email)
  else if (response.ok) await tries.succeeded(client, email)
  return response
}

function document(path: string, operation: string, summary: string, body: z.ZodType, reply: z.ZodType) {
  return { method: 'POST', path, operation, summary, tags: ['accounts'], body, status: 200, reply } as const
}
