export { LinearPattern } from './linear-pattern.js';
