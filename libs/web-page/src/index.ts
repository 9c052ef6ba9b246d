export { baseStyle, pageIcon } from './base-style.js';
export { Html, html, verbatim } from './html.js';
export { serveOpenApi } from './openapi.js';
export { ApiProblem, ProblemException, writeProblem } from './problem.js';
export { SafePageInterceptor } from './safe-page.interceptor.js';
export { SameOriginGuard } from './same-origin.guard.js';
