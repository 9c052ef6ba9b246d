export const name = 'crashmover';
