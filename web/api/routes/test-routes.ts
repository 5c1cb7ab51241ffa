// Routes to test a client with; they create and read nothing (docs/open-api.md section 3).
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ApiError } from '#domain/errors.ts';
import { sendSuccess } from '../envelope.ts';
import { readJsonBody } from '../json-body.ts';
import { responses } from '../openapi.ts';
import { pingPayload } from '../schemas.ts';

export const testRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/test/ping',
    { schema: { tags: ['Test'], summary: 'Check the signature', response: responses(pingPayload) } },
    (request, reply) => sendSuccess(request, reply, '{"pong":"ok"}'),
  );

  app.get('/test/fail', { schema: { tags: ['Test'], summary: 'Always fail', response: responses() } }, () => {
    throw new ApiError('unknown', 'This route always fails, so that a client can test its handling of errors.', {
      reason: 'test_failure',
    });
  });

  app.post(
    '/test/post',
    {
      preValidation: readJsonBody,
      schema: { tags: ['Test'], summary: 'Echo the body', body: z.unknown(), response: responses(z.unknown()) },
    },
    (request, reply) => sendSuccess(request, reply, request.jsonText),
  );
};
