import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

const examples = `
Examples:
  $ source <(antenna completion bash)
  $ antenna completion zsh >"\${fpath[1]}/_antenna"
  $ antenna completion fish >~/.config/fish/completions/antenna.fish

The script runs \`antenna\` for suggestions, so it has to be on the PATH: \`npm link\` does that for a checkout. In bash, it
needs the package bash-completion.`;

/**
 * Adds `antenna completion SHELL`, which prints a script for bash, zsh, fish or PowerShell, and the hidden command that
 * the script asks for suggestions. To be called after all other commands are added.
 */
export function addCompletion(program: Command): void {
  tab(program, { completionCommandName: 'completion' });
  program.commands
    .find((command) => command.name() === 'completion')
    ?.description('Print a script that completes commands and options in a shell.')
    .addHelpText('after', examples);
}
