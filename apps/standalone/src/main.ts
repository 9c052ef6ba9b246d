export const name = 'standalone';
