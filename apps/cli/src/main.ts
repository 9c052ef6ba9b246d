#!/usr/bin/env node
import { checkNodeVersion } from '#antenna/node-version';

checkNodeVersion();
await import('./command-line.js');
