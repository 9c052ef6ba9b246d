export const name = 'multipart';
