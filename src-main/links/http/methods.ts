// What a path does not offer is 405 with the methods that it does, whichever of all methods there are was tried.
import { METHODS } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { HttpProblem, sendProblem } from './problem.ts';

/** CONNECT names no path: it never comes as far as a route. */
const ROUTED = METHODS.filter((method) => method !== 'CONNECT');

/** A path that offers GET offers HEAD too. */
export function refuseOtherMethods(app: FastifyInstance, url: string, offered: 'GET' | 'POST'): void {
  const allowed = offered === 'GET' ? ['GET', 'HEAD'] : [offered];
  const others = ROUTED.filter((method) => !allowed.includes(method));
  answerAll(app, others, url, (reply) =>
    sendProblem(reply.header('allow', allowed.join(', ')), new HttpProblem('method_not_allowed')),
  );
}

/** There is nothing here, whatever is asked of it. */
export function refuseAll(app: FastifyInstance, url: string): void {
  answerAll(app, ROUTED, url, (reply) => sendProblem(reply, new HttpProblem('not_found')));
}

function answerAll(
  app: FastifyInstance,
  methods: readonly string[],
  url: string,
  answer: (reply: FastifyReply) => FastifyReply,
): void {
  for (const method of methods) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method);
  const handler = (_request: unknown, reply: FastifyReply): FastifyReply => answer(reply);
  // Before the body is read: it may be of a kind that nothing here reads.
  const onRequest = async (request: unknown, reply: FastifyReply): Promise<FastifyReply> => handler(request, reply);
  app.route({ method: [...methods], url, exposeHeadRoute: false, onRequest, handler });
}
