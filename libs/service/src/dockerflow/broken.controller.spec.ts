import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { BrokenController, DeliberateError } from './broken.controller.js';

describe('/__broken__', () => {
  it.each([
    ['no token is configured', undefined, undefined],
    ['no token is configured, but one is sent', undefined, 'Bearer undefined'],
    ['an empty token is sent', undefined, 'Bearer '],
    ['no token is sent', 'token', undefined],
    ['a wrong token is sent', 'token', 'Bearer nekot'],
    ['a longer token is sent', 'token', 'Bearer token2'],
    ['the token is not a bearer token', 'token', 'Basic token'],
  ])('does not exist if %s', (_, token, authorization) => {
    expect(() => new BrokenController(token).broken(authorization)).toThrow(NotFoundException);
  });

  it.each(['Bearer token', 'bearer  token'])('throws a DeliberateError for %j', (authorization) => {
    expect(() => new BrokenController('token').broken(authorization)).toThrow(DeliberateError);
  });
});
