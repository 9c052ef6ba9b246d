export const name = 'crash-client';
