import { HttpStatus } from '@nestjs/common';

import { ProblemException } from '#antenna/web-page';

/** The parameters of the URL cannot be used. */
export class InvalidSearch extends ProblemException {
  constructor(problems: readonly string[]) {
    super({
      title: 'The query cannot be used',
      status: HttpStatus.BAD_REQUEST,
      detail: problems.join('; '),
      errors: problems,
    });
  }
}
