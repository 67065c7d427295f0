// Made from openapi.json by scripts/generate-web-types.ts. Change the routes, not this file.

export interface paths {
  "/api/admin/audit": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          accountId?: string
          limit?: number
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["AuditEntry"]>
              nextCursor: (string | null)
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/dlq/batches": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          limit?: number
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["DeadLetterBatch"]>
              nextCursor: (string | null)
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/dlq/batches/{id}": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["DeadLetterBatch"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/dlq/batches/{id}/stop": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: {
        content: {
          "application/json": {
            reason?: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["DeadLetterBatch"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/dlq/groups": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          queue?: string
          model?: string
          provider?: string
          code?: string
          since?: string
          state?: ("open" | "retried" | "discarded")
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["DeadLetterGroup"]>
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/dlq/messages": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          queue?: string
          model?: string
          provider?: string
          code?: string
          since?: string
          state?: ("open" | "retried" | "discarded")
          limit?: number
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["DeadLetter"]>
              nextCursor: (string | null)
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/dlq/messages/{id}": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["DeadLetter"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            reason: string
          }
        }
      }
      responses: {
        204: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        409: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/dlq/messages/{id}/retry": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: {
          "Idempotency-Key"?: string
        }
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: {
        content: {
          "application/json": {
            waive?: boolean
            input?: {
              prompt?: string
              n?: number
              size?: string
              outputFormat?: ("png" | "jpeg" | "webp")
              outputCompression?: number
              quality?: string
              background?: string
              seed?: number
              guidanceScale?: number
              negativePrompt?: string
              referenceImages?: Array<string>
            }
            reason?: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              letter: components["schemas"]["DeadLetter"]
              held: number
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        409: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        422: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/dlq/messages/{id}/reveal": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: {
        content: {
          "application/json": {
            reason?: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              payload: unknown
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/dlq/purge": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            filter?: {
              queue?: string
              model?: string
              provider?: string
              code?: string
              since?: string
              state?: ("open" | "retried" | "discarded")
            }
            confirm: number
            reason?: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              count: number
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        409: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/dlq/retry": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: {
          "Idempotency-Key"?: string
        }
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            filter?: {
              queue?: string
              model?: string
              provider?: string
              code?: string
              since?: string
            }
            dryRun?: boolean
            waive?: boolean
            reason?: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              count: number
              credits: number
              unpayable: {
                count: number
                credits: number
                accounts: number
              }
              unretriable: number
              batch: (components["schemas"]["DeadLetterBatch"] | null)
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        409: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/models": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["AdminModel"]>
              lastCheck: (components["schemas"]["ModelCheck"] | null)
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            models: Array<components["schemas"]["ModelChangeInput"]>
            reason: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["AdminModel"]>
              lastCheck: (components["schemas"]["ModelCheck"] | null)
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        409: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        422: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/models/check": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: {
        content: {
          "application/json": {
            reason?: string
          }
        }
      }
      responses: {
        202: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["ModelCheck"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/models/findings/{id}/resolve": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            reason: string
          }
        }
      }
      responses: {
        204: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/provider-usage": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          from?: string
          to?: string
          groupBy?: ("day" | "provider" | "model" | "account")
          provider?: string
          model?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["ProviderUsage"]
            "text/csv": string
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/providers": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["Provider"]>
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/providers/{id}": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            kind?: ("image" | "video")
            concurrencyMax: (number | null)
            reason?: string
          }
        }
      }
      responses: {
        204: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/providers/{id}/pause": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: {
        content: {
          "application/json": {
            reason?: string
          }
        }
      }
      responses: {
        204: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/providers/{id}/resume": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: {
        content: {
          "application/json": {
            reason?: string
          }
        }
      }
      responses: {
        204: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/queues": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["Queue"]>
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/queues/{name}": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          name: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            concurrencyMax: (number | null)
            reason?: string
          }
        }
      }
      responses: {
        204: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/queues/{name}/pause": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          name: string
        }
        cookie?: never
      }
      requestBody?: {
        content: {
          "application/json": {
            reason?: string
          }
        }
      }
      responses: {
        204: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/queues/{name}/resume": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          name: string
        }
        cookie?: never
      }
      requestBody?: {
        content: {
          "application/json": {
            reason?: string
          }
        }
      }
      responses: {
        204: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/routing": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query: {
          model: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Routing"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/users": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          q?: string
          limit?: number
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["User"]>
              nextCursor: (string | null)
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/users/{id}/credits": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: {
          "Idempotency-Key"?: string
        }
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            amount: number
            reason: string
            expiresAt?: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["ChangedCredits"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        409: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        422: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/users/{id}/plan": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            plan: string
            reason?: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              id: string
              plan: string
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/users/{id}/role": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            role: ("user" | "viewer" | "operator" | "admin")
            reason?: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              id: string
              role: ("user" | "viewer" | "operator" | "admin")
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        409: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/workers": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["Worker"]>
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/admin/workers/{id}/drain": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: {
        content: {
          "application/json": {
            reason?: string
          }
        }
      }
      responses: {
        204: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/app": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["App"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/assets/{id}": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          download?: string
          w?: number
        }
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "image/jpeg": unknown
            "image/png": unknown
            "image/webp": unknown
            "video/mp4": unknown
            "video/webm": unknown
            "video/quicktime": unknown
          }
        }
        206: {
          headers: { [name: string]: unknown }
          content: {
            "image/jpeg": unknown
            "image/png": unknown
            "image/webp": unknown
            "video/mp4": unknown
            "video/webm": unknown
            "video/quicktime": unknown
          }
        }
        302: {
          headers: { [name: string]: unknown }
          content: {
            "image/jpeg": unknown
            "image/png": unknown
            "image/webp": unknown
            "video/mp4": unknown
            "video/webm": unknown
            "video/quicktime": unknown
          }
        }
        304: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/auth/sign-in/email": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            email: string
            password: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              token: (string | null)
              user: { [key: string]: unknown }
              redirect: boolean
              url?: string
            }
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/auth/sign-out": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": { [key: string]: unknown }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              success: boolean
            }
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/auth/sign-up/email": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            email: string
            password: string
            name: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              token: (string | null)
              user: { [key: string]: unknown }
            }
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content?: never
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/credits": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Credits"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/credits/transactions": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          kind?: ("grant" | "capture" | "expire" | "adjust" | "clawback" | "hold" | "release")
          holds?: string
          limit?: number
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["Transaction"]>
              nextCursor: (string | null)
            }
            "text/csv": string
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/credits/usage": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          from?: string
          to?: string
          by?: ("model" | "day")
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Usage"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/events": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: {
          "Last-Event-ID"?: string
        }
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "text/event-stream": string
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/generations": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          kind?: ("image" | "video")
          status?: ("queued" | "running" | "succeeded" | "failed" | "cancelled")
          model?: string
          q?: string
          limit?: number
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["Generation"]>
              nextCursor: (string | null)
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/generations/{id}": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Generation"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        409: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/generations/{id}/cancel": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: {
          "Idempotency-Key"?: string
        }
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Generation"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/generations/{id}/events": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: {
          "Last-Event-ID"?: string
        }
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "text/event-stream": string
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/generations/{id}/outputs.zip": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/zip": unknown
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/generations/{id}/retry": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: {
          "Idempotency-Key"?: string
        }
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: {
        content: {
          "application/json": {
            quoteId?: string
          }
        }
      }
      responses: {
        202: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Generation"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        402: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        409: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        410: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        422: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/images/{model}/generate": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: {
          "Idempotency-Key"?: string
        }
        path: {
          model: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            prompt: string
            n?: number
            size?: string
            outputFormat?: ("png" | "jpeg" | "webp")
            outputCompression?: number
            quality?: string
            background?: string
            seed?: number
            guidanceScale?: number
            negativePrompt?: string
            referenceImages?: Array<string>
            quoteId?: string
            webhookUrl?: string
            deadlineSeconds?: number
            priority?: ("interactive" | "bulk")
            allowFallback?: boolean
            metadata?: { [key: string]: string }
          }
        }
      }
      responses: {
        202: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Generation"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        402: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        409: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        410: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        422: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/me": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Me"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/models": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["Model"]>
              nextCursor: null
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/quotes": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            model: string
            input: {
              prompt: string
              durationSeconds?: number
              resolution?: string
              aspectRatio?: string
              generateAudio?: boolean
              seed?: number
              negativePrompt?: string
              firstFrame?: string
              lastFrame?: string
              referenceImages?: Array<string>
              n?: number
              size?: string
              outputFormat?: ("png" | "jpeg" | "webp")
              outputCompression?: number
              quality?: string
              background?: string
              guidanceScale?: number
              quoteId?: string
              webhookUrl?: string
              deadlineSeconds?: number
              priority?: ("interactive" | "bulk")
              allowFallback?: boolean
              metadata?: { [key: string]: string }
            }
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Quote"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        409: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        410: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        422: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/uploads": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          limit?: number
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": {
              items: Array<components["schemas"]["Upload"]>
              nextCursor: (string | null)
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          "multipart/form-data": {
            file: string
          }
        }
      }
      responses: {
        201: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Upload"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        422: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/uploads/{id}": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          w?: number
        }
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "image/png": unknown
            "image/jpeg": unknown
            "image/webp": unknown
          }
        }
        206: {
          headers: { [name: string]: unknown }
          content: {
            "image/png": unknown
            "image/jpeg": unknown
            "image/webp": unknown
          }
        }
        304: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/videos/{model}/generate": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: {
          "Idempotency-Key"?: string
        }
        path: {
          model: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          "application/json": {
            prompt: string
            durationSeconds?: number
            resolution?: string
            aspectRatio?: string
            generateAudio?: boolean
            seed?: number
            negativePrompt?: string
            firstFrame?: string
            lastFrame?: string
            referenceImages?: Array<string>
            quoteId?: string
            webhookUrl?: string
            deadlineSeconds?: number
            priority?: ("interactive" | "bulk")
            allowFallback?: boolean
            metadata?: { [key: string]: string }
          }
        }
      }
      responses: {
        202: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Generation"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        402: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        409: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        410: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        422: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/api/webhooks/providers/{provider}/{token}": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          provider: string
          token: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          "*/*": unknown
        }
      }
      responses: {
        204: {
          headers: { [name: string]: unknown }
          content?: never
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        403: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        404: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        413: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        415: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/health": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Health"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/metrics": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "text/plain": unknown
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/openapi.json": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": unknown
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  "/ready": {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Readiness"]
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        500: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
        503: {
          headers: { [name: string]: unknown }
          content: {
            "application/json": components["schemas"]["Readiness"]
          }
        }
        default: {
          headers: { [name: string]: unknown }
          content: {
            "application/problem+json": components["schemas"]["Problem"]
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}

export interface components {
  schemas: {
    AdminModel: {
      id: string
      kind: ("image" | "video")
      provider: string
      status: ("available" | "deprecated" | "retired" | "disabled" | "unconfigured")
      enabled: boolean
      moveQueued: boolean
      version: number
      seed: {
        name: string
        providerModel: string
        shutdownAt: (string | null)
        replacement: (string | null)
        limits: ({
          n: {
            min: number
            max: number
          }
          promptCharacters: {
            max: number
          }
          size: {
            default: string
            presets: Array<string>
            pixels: {
              min: number
              max: number
            }
            ratio: {
              min: number
              max: number
            }
            step: number
            sideMax: (number | null)
          }
          outputFormats: Array<string>
          qualities: Array<string>
          backgrounds: Array<string>
          referenceImages: {
            max: number
          }
          options: Array<string>
        } | {
          promptCharacters: {
            max: number
          }
          resolution: {
            default: string
            values: Array<string>
          }
          aspectRatio: ({
            default: string
            values: Array<string>
          } | null)
          durationSeconds: {
            default: number
            min: number
            max: number
            values: (Array<number> | null)
            byResolution: { [key: string]: Array<number> }
          }
          audio: ({
            default: boolean
            optional: boolean
          } | null)
          referenceImages: {
            max: number
          }
          options: Array<string>
          cancellation: ("never" | "started" | "ended")
        })
      }
      changes: {
        name?: string
        providerModel?: string
        shutdownAt?: (string | null)
        replacement?: (string | null)
        limits?: components["schemas"]["ModelLimitsChange"]
      }
      effective: {
        name: string
        providerModel: string
        shutdownAt: (string | null)
        replacement: (string | null)
        limits: ({
          n: {
            min: number
            max: number
          }
          promptCharacters: {
            max: number
          }
          size: {
            default: string
            presets: Array<string>
            pixels: {
              min: number
              max: number
            }
            ratio: {
              min: number
              max: number
            }
            step: number
            sideMax: (number | null)
          }
          outputFormats: Array<string>
          qualities: Array<string>
          backgrounds: Array<string>
          referenceImages: {
            max: number
          }
          options: Array<string>
        } | {
          promptCharacters: {
            max: number
          }
          resolution: {
            default: string
            values: Array<string>
          }
          aspectRatio: ({
            default: string
            values: Array<string>
          } | null)
          durationSeconds: {
            default: number
            min: number
            max: number
            values: (Array<number> | null)
            byResolution: { [key: string]: Array<number> }
          }
          audio: ({
            default: boolean
            optional: boolean
          } | null)
          referenceImages: {
            max: number
          }
          options: Array<string>
          cancellation: ("never" | "started" | "ended")
        })
      }
      fallbacks: Array<string>
      note: string
      mistakes: Array<{
        path: string
        message: string
      }>
      providerModels: Array<{
        id: string
        shutdownAt: (string | null)
      }>
      switchable: Array<string>
      prices: Array<{
        version: number
        unit: ("image" | "second")
        credits: number
        rates: { [key: string]: number }
        startsAt: string
        state: ("past" | "current" | "future" | "withdrawn")
        withdrawnBy: (string | null)
      }>
      waiting: number
      running: number
      updatedBy: (string | null)
      updatedAt: (string | null)
      findings: Array<components["schemas"]["ModelFinding"]>
    }
    App: {
      name: string
      version: string
      simulated: boolean
      demo: ({
        email: string
        password: string
      } | null)
    }
    AuditEntry: {
      id: string
      action: ("credits.grant" | "credits.adjust" | "user.role" | "user.plan" | "dlq.retry" | "dlq.retry_all" | "dlq.stop" | "dlq.discard" | "dlq.purge" | "dlq.reveal" | "queue.pause" | "queue.resume" | "queue.concurrency" | "worker.drain" | "provider.pause" | "provider.resume" | "provider.limit" | "model.change" | "model.shutdown" | "model.check" | "model.resolve")
      actor: string
      actorEmail: (string | null)
      accountId: (string | null)
      accountEmail: (string | null)
      subject: (string | null)
      reason: string
      requestId: (string | null)
      transactionId: (string | null)
      before: { [key: string]: unknown }
      after: { [key: string]: unknown }
      createdAt: string
    }
    ChangedCredits: {
      available: number
      held: number
      transactionId: string
    }
    Credits: {
      available: number
      held: number
      lots: Array<components["schemas"]["Lot"]>
      lowBalance: boolean
    }
    DeadLetter: {
      id: string
      generationId: (string | null)
      accountId: (string | null)
      queue: string
      model: (string | null)
      provider: (string | null)
      payload: unknown
      attempts: number
      code: string
      reason: string
      credits: {
        state: ("released" | "waived" | "none")
        amount: number
      }
      state: ("open" | "retried" | "discarded")
      failedAt: string
      resolvedAt: (string | null)
      resolvedBy: (string | null)
      resolution: (string | null)
      batchId: (string | null)
      refusal: (string | null)
    }
    DeadLetterBatch: {
      id: string
      filter: { [key: string]: string }
      waived: boolean
      state: ("running" | "done" | "stopped")
      total: number
      retried: number
      unpayable: number
      skipped: number
      credits: number
      startedBy: string
      stoppedBy: (string | null)
      createdAt: string
      finishedAt: (string | null)
    }
    DeadLetterGroup: {
      code: string
      queue: string
      provider: (string | null)
      model: (string | null)
      reason: string
      count: number
      credits: number
      accounts: number
      firstAt: string
      lastAt: string
    }
    Failure: {
      index: number
      code: string
      message: string
    }
    Generation: {
      id: string
      kind: ("image" | "video")
      priority: ("interactive" | "bulk")
      model: string
      simulated: boolean
      status: ("queued" | "running" | "succeeded" | "failed" | "cancelled")
      phase: (("waiting_provider" | "storing" | "retrying" | "outcome_unknown") | null)
      input: { [key: string]: unknown }
      size: ({
        width: number
        height: number
      } | null)
      credits: {
        price: number
        chargedPrice: number
        held: number
        captured: number
        released: number
        waived: boolean
      }
      charged: {
        credits: number
        class: ("open" | "delivered" | "partial" | "waived" | "cancelled_before_start" | "cancelled_after_start" | "refused_input" | "refused_output" | "input_missing" | "provider_failed" | "provider_refused_us" | "model_unoffered" | "not_simulated" | "outcome_unknown" | "deadline" | "failed")
        reason: string
      }
      provider: ({
        status: string
        progress: (number | null)
      } | null)
      queue: ({
        position: number
        estimatedStartAt: (string | null)
      } | null)
      servedBy: Array<{
        model: string
        provider: string
        outputs: Array<number>
        reason: (("provider_unavailable" | "provider_failed" | "model_retired") | null)
      }>
      outputs: Array<components["schemas"]["Output"]>
      outputsExpireAt: (string | null)
      outputsRemovedAt: (string | null)
      outputsKeptDays: (number | null)
      failures: Array<components["schemas"]["Failure"]>
      error: ({
        code: string
        message: string
      } | null)
      attempts: number
      timing: (components["schemas"]["Timing"] | null)
      createdAt: string
      reopenedAt: (string | null)
      startedAt: (string | null)
      finishedAt: (string | null)
      metadata: { [key: string]: string }
      retriedFrom: (string | null)
      urls: {
        get: string
        events: string
        cancel: string
      }
    }
    Health: {
      status: "ok"
      version: string
      role: string
      uptimeSeconds: number
    }
    ImageModel: {
      id: string
      name: string
      provider: string
      providerModel: string
      price: {
        unit: ("image" | "second")
        credits: number
        rates: { [key: string]: number }
        version: number
      }
      inputSchema: { [key: string]: unknown }
      status: ("available" | "deprecated" | "retired" | "disabled" | "unconfigured")
      shutdownAt: (string | null)
      replacement: (string | null)
      simulated: boolean
      medianMs: (number | null)
      health: ("ok" | "degraded" | "down" | "unknown")
      kind: "image"
      limits: {
        n: {
          min: number
          max: number
        }
        promptCharacters: {
          max: number
        }
        size: {
          default: string
          presets: Array<string>
          pixels: {
            min: number
            max: number
          }
          ratio: {
            min: number
            max: number
          }
          step: number
          sideMax: (number | null)
        }
        outputFormats: Array<string>
        qualities: Array<string>
        backgrounds: Array<string>
        referenceImages: {
          max: number
        }
        options: Array<string>
      }
    }
    Lot: {
      id: string
      source: string
      granted: number
      remaining: number
      expiresAt: (string | null)
    }
    Me: {
      id: string
      email: string
      name: string
      role: ("user" | "viewer" | "operator" | "admin")
      accountId: string
    }
    Model: (components["schemas"]["ImageModel"] | components["schemas"]["VideoModel"])
    ModelChangeInput: {
      id: string
      expectedVersion: number
      enabled?: boolean
      moveQueued?: boolean
      name?: string
      providerModel?: string
      limits?: components["schemas"]["ModelLimitsChange"]
      shutdownAt?: (string | null)
      replacement?: (string | null)
      fallbacks?: Array<string>
      note?: string
      reset?: Array<("name" | "providerModel" | "limits" | "shutdownAt" | "replacement")>
      price?: {
        credits: number
        rates?: { [key: string]: number }
        startsAt?: (string | null)
      }
      withdrawPrice?: number
    }
    ModelCheck: {
      id: string
      askedBy: string
      askedAt: string
      finishedAt: (string | null)
      providers: Array<{
        provider: string
        kind: string
        outcome: ("asked" | "failed" | "no_list")
        models: number
        findings: number
      }>
    }
    ModelFinding: {
      id: string
      model: string
      providerModel: string
      kind: ("unknown_model" | "shutdown" | "deprecation")
      told: string
      source: ("list" | "header")
      link: (string | null)
      simulated: boolean
      applied: boolean
      foundAt: string
    }
    ModelLimitsChange: {
      imagesMax?: number
      pixelsMax?: number
      presets?: Array<string>
      outputFormats?: Array<string>
      qualities?: Array<string>
      backgrounds?: Array<string>
      resolutions?: Array<string>
      aspectRatios?: Array<string>
      durationSecondsMax?: number
      optionsOff?: Array<string>
    }
    Output: {
      id: string
      index: number
      url: string
      contentType: string
      bytes: number
      width: (number | null)
      height: (number | null)
      durationSeconds: (number | null)
      posterUrl: (string | null)
    }
    Problem: {
      type: string
      title: string
      status: number
      detail: string
      code: string
      requestId: string
      errors?: Array<{
        path: string
        message: string
      }>
    }
    Provider: {
      id: string
      kind: string
      concurrencyMax: (number | null)
      limitedBy: string
      inUse: (number | null)
      paused: boolean
      pausedUntil: (string | null)
      pausedBy: (string | null)
      pauseReason: (string | null)
      breaker: ("closed" | "open" | "half_open")
      openUntil: (string | null)
      faults: number
      health: {
        fiveMinutes: {
          calls: number
          succeeded: number
          failed: number
          limited: number
          successRate: (number | null)
          p50Ms: (number | null)
          p95Ms: (number | null)
        }
        hour: {
          calls: number
          succeeded: number
          failed: number
          limited: number
          successRate: (number | null)
          p50Ms: (number | null)
          p95Ms: (number | null)
        }
        day: {
          calls: number
          succeeded: number
          failed: number
          limited: number
          successRate: (number | null)
          p50Ms: (number | null)
          p95Ms: (number | null)
        }
        lastError: ({
          reason: string
          at: string
        } | null)
        hours: Array<{
          at: string
          calls: number
          failed: number
          limited: number
        }>
        models: Array<{
          model: string
          fiveMinutes: {
            calls: number
            succeeded: number
            failed: number
            limited: number
            successRate: (number | null)
            p50Ms: (number | null)
            p95Ms: (number | null)
          }
          hour: {
            calls: number
            succeeded: number
            failed: number
            limited: number
            successRate: (number | null)
            p50Ms: (number | null)
            p95Ms: (number | null)
          }
          day: {
            calls: number
            succeeded: number
            failed: number
            limited: number
            successRate: (number | null)
            p50Ms: (number | null)
            p95Ms: (number | null)
          }
          lastError: ({
            reason: string
            at: string
          } | null)
        }>
      }
    }
    ProviderUsage: {
      from: string
      to: string
      groupBy: ("day" | "provider" | "model" | "account")
      creditValueMicroUsd: number
      items: Array<{
        key: string
        calls: number
        simulatedCalls: number
        unpricedCalls: number
        outputs: number
        costMicroUsd: number
        nominalCostMicroUsd: number
        creditsCaptured: number
        revenueMicroUsd: number
        marginMicroUsd: number
        nominalMarginMicroUsd: number
        wastedCalls: number
        wasteMicroUsd: number
        nominalWasteMicroUsd: number
      }>
      waste: Array<{
        reason: string
        calls: number
        costMicroUsd: number
        nominalCostMicroUsd: number
      }>
      total: {
        calls: number
        simulatedCalls: number
        unpricedCalls: number
        outputs: number
        costMicroUsd: number
        nominalCostMicroUsd: number
        creditsCaptured: number
        revenueMicroUsd: number
        marginMicroUsd: number
        nominalMarginMicroUsd: number
        wastedCalls: number
        wasteMicroUsd: number
        nominalWasteMicroUsd: number
      }
    }
    Queue: {
      name: string
      paused: boolean
      concurrencyMax: (number | null)
      workers: number
      places: number
      tickets: ({
        waiting: number
        active: number
        delayed: number
      } | null)
      queued: {
        interactive: number
        bulk: number
      }
      oldestSeconds: (number | null)
      rates: {
        in: number
        out: (number | null)
      }
      drainSeconds: (number | null)
    }
    Quote: {
      quoteId: string
      credits: number
      lines: Array<{
        what: string
        credits: number
      }>
      priceVersion: number
      expiresAt: string
    }
    Readiness: {
      status: ("ready" | "unready" | "draining")
      checks: { [key: string]: {
        ok: boolean
        latencyMs: number
        error?: string
      } }
    }
    Routing: {
      model: string
      chosen: (string | null)
      steps: Array<{
        model: string
        provider: (string | null)
        credits: (number | null)
        refusal: (("unknown" | "tried" | "retired" | "unconfigured" | "same_provider" | "breaker_open" | "paused" | "input" | "dearer") | null)
        detail: (string | null)
      }>
    }
    Span: {
      name: ("queue" | "provider" | "transfer" | "database" | "overhead")
      index?: number
      attempt?: number
      startMs: number
      durationMs: number
      bytes?: number
    }
    Timing: {
      queueMs: number
      providerMs: number
      transferMs: number
      databaseMs: number
      overheadMs: number
      totalMs: number
      spans: Array<components["schemas"]["Span"]>
    }
    Transaction: {
      id: string
      kind: ("grant" | "capture" | "expire" | "adjust" | "clawback" | "hold" | "release")
      amount: number
      heldChange: number
      balanceAfter: number
      generationId: (string | null)
      reason: string
      createdAt: string
    }
    Upload: {
      id: string
      url: string
      contentType: ("image/png" | "image/jpeg" | "image/webp")
      bytes: number
      width: number
      height: number
      createdAt: string
      lastUsedAt: string
    }
    Usage: {
      from: string
      to: string
      by: ("model" | "day")
      items: Array<{
        key: string
        generations: number
        outputs: number
        credits: number
      }>
      total: {
        generations: number
        outputs: number
        credits: number
      }
    }
    User: {
      id: string
      email: string
      name: string
      role: ("user" | "viewer" | "operator" | "admin")
      accountId: string
      plan: string
      available: number
      held: number
      createdAt: string
    }
    VideoModel: {
      id: string
      name: string
      provider: string
      providerModel: string
      price: {
        unit: ("image" | "second")
        credits: number
        rates: { [key: string]: number }
        version: number
      }
      inputSchema: { [key: string]: unknown }
      status: ("available" | "deprecated" | "retired" | "disabled" | "unconfigured")
      shutdownAt: (string | null)
      replacement: (string | null)
      simulated: boolean
      medianMs: (number | null)
      health: ("ok" | "degraded" | "down" | "unknown")
      kind: "video"
      limits: {
        promptCharacters: {
          max: number
        }
        resolution: {
          default: string
          values: Array<string>
        }
        aspectRatio: ({
          default: string
          values: Array<string>
        } | null)
        durationSeconds: {
          default: number
          min: number
          max: number
          values: (Array<number> | null)
          byResolution: { [key: string]: Array<number> }
        }
        audio: ({
          default: boolean
          optional: boolean
        } | null)
        referenceImages: {
          max: number
        }
        options: Array<string>
        cancellation: ("never" | "started" | "ended")
      }
    }
    Worker: {
      id: string
      version: string
      host: string
      pid: number
      state: ("running" | "draining" | "lost")
      lanes: { [key: string]: number }
      memoryBytes: number
      eventLoopLagMs: number
      generations: Array<{
        id: string
        leaseToken: number
        leaseExpiresAt: string
        startedAt: (string | null)
      }>
      startedAt: string
      beatAt: string
    }
  }
}
