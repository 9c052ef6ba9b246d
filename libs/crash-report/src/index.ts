export const name = 'crash-report';
