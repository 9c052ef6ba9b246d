/** The icon in a browser's tab: an antenna. */
export const pageIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#0969da" stroke-width="1.5" stroke-linecap="round"><path d="M8 7v8M5 10a4 4 0 1 1 6 0M3 12a7 7 0 1 1 10 0"/></svg>
`;
