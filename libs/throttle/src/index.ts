export const name = 'throttle';
