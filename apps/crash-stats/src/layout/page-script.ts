/**
 * The script of all pages. It is a string because the compiler copies only TypeScript files, and images contain only its
 * output. The pages work without the script.
 */
export const pageScript = String.raw`'use strict';

for (const element of document.querySelectorAll('time'))
  element.title = new Date(element.dateTime).toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' });
`;
