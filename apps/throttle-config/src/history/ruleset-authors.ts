import { Injectable } from '@nestjs/common';

const rememberedMs = 5 * 60_000;
const maxDocuments = 100;
const maxCharacters = 256;

/** Who sent the documents that the admission webhook has allowed lately. */
@Injectable()
export class RulesetAuthors {
  private readonly users = new Map<string, { readonly user: string; readonly at: number }>();

  /** Records that a user is about to save this document. */
  allowed(document: string, user: string): void {
    this.users.delete(document);
    this.users.set(document, { user: printable(user), at: Date.now() });
    const [oldest] = this.users.keys();
    if (this.users.size > maxDocuments && oldest !== undefined) this.users.delete(oldest);
  }

  /** Who saved this document a moment ago; undefined if another replica was asked, or none. */
  of(document: string): string | undefined {
    const found = this.users.get(document);
    return found && Date.now() - found.at < rememberedMs ? found.user : undefined;
  }
}

function printable(user: string): string {
  return user.replaceAll(/[^\P{C}]/gu, '').slice(0, maxCharacters);
}
