export { readVersion, type Version } from './version.js';
