export const name = 'ingest';
