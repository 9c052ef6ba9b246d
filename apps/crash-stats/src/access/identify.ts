import type { IncomingMessage } from 'node:http';

import { Viewer } from './viewer.js';

/** Why a request is not answered; for the metric, never for the client. */
export type Refusal = 'foreign_host' | 'not_from_proxy' | 'no_user' | 'no_role';

/** Finds out who sends a request. */
export type Identify = (request: IncomingMessage) => Viewer | Refusal;

const localHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * For `AUTH=none`: whoever reaches the loopback interface may do everything. The host must be local, too: otherwise a web
 * page could give its own name this machine's address, and read everything with the browser of the user.
 */
export const identifyLocal: Identify = ({ headers }) =>
  localHost.test(headers.host ?? '') ? new Viewer('local user', 'operator') : 'foreign_host';
