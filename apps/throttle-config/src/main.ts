export const name = 'throttle-config';
