import { EXIT, type ExitCode, misuse } from '../failure.ts';
import type { Shell } from '../shell.ts';

/** A command as completion sees it; `path` is all words from the program's name on. */
export interface CommandWords {
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly help: string }[];
}

/** `pharos completion bash|zsh|fish`: a script that completes commands and options, made from the command tree. */
export function completion(shell: Shell, kind: string, tree: readonly CommandWords[]): ExitCode {
  const make = MAKERS[kind];
  if (make === undefined) {
    const all = Object.keys(MAKERS).join(', ');
    throw misuse(
      { en: `no completion for "${kind}"`, 'zh-TW': `沒有給「${kind}」的自動完成` },
      { en: `choose one of ${all}`, 'zh-TW': `可用 ${all}` },
    );
  }
  shell.out(make(tree));
  return EXIT.done;
}

const MAKERS: Readonly<Record<string, (tree: readonly CommandWords[]) => string>> = { bash, zsh, fish };

/** Shell code that sets `words` from `path`, for shells with POSIX `case`. */
const cases = (tree: readonly CommandWords[], indent: string): string =>
  tree.map(({ path, words }) => `${indent}'${path}') words='${words.map(({ word }) => word).join(' ')}' ;;`).join('\n');

/** Words that are no command of the path (options, their values, ids) do not change where we are. */
const walk = (tree: readonly CommandWords[], list: string): string =>
  `  for word in ${list}; do
    case "$path $word" in
      ${tree.map(({ path }) => `'${path}'`).join('|')}) path="$path $word" ;;
    esac
  done
  case "$path" in
${cases(tree, '    ')}
  esac`;

function bash(tree: readonly CommandWords[]): string {
  return `# bash completion of pharos: put it into ~/.local/share/bash-completion/completions/pharos
_pharos() {
  local path=pharos word words=''
${walk(tree, `"\${COMP_WORDS[@]:1:COMP_CWORD-1}"`)}
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _pharos pharos
`;
}

function zsh(tree: readonly CommandWords[]): string {
  return `#compdef pharos
# zsh completion of pharos: put it into a folder of $fpath as _pharos
_pharos() {
  local path=pharos word choices=''
${walk(tree, `"\${(@)words[2,CURRENT-1]}"`).replaceAll("words='", "choices='")}
  compadd -- \${=choices}
  _files
}
compdef _pharos pharos
`;
}

function fish(tree: readonly CommandWords[]): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = tree.flatMap(({ path, words }) =>
    words.map(({ word, help }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c pharos -n '__pharos_at "${path}"' ${what} -d ${quoted(help)}`;
    }),
  );
  return `# fish completion of pharos: put it into ~/.config/fish/completions/pharos.fish
function __pharos_at
  set -l path pharos
  for word in (commandline -opc)[2..-1]
    contains -- "$path $word" ${tree.map(({ path }) => quoted(path)).join(' ')}; and set path "$path $word"
  end
  test "$path" = $argv[1]
end
${lines.join('\n')}
`;
}
