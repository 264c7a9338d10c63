import { type Command, command, UsageError, wordsOf } from './command-line.js';
import { slowWriter } from './slow-writer.js';

type Commands = Record<string, Command>;

export function completionCommands(commands: () => Commands): Commands {
  return {
    completion: command({
      does: 'Prints the script that completes commands and options in a shell: source <(sallyport completion bash), in fish sallyport completion fish | source.',
      argument: '[bash|zsh|fish]',
      run: async (_given, { output }, shell) => {
        const script = SHELLS[shell as keyof typeof SHELLS];
        if (!script) throw new UsageError('Name the shell: sallyport completion bash, zsh or fish.');
        await slowWriter(output)(script(commands()));
      },
    }),
  };
}

const SHELLS = { bash, zsh, fish };

/** Colons are word breaks to bash: the part before the last colon is removed from the suggestions. */
function bash(commands: Commands): string {
  const cases = Object.entries(commands).map(([name, row]) => `    ${name}) words='${wordsAfter(row).join(' ')}' ;;`);
  return `_sallyport() {
  local line=\${COMP_LINE:0:COMP_POINT} current words
  local -a typed
  read -ra typed <<< "$line"
  [[ $line == *' ' ]] && typed+=('')
  current=\${typed[-1]}
  if ((\${#typed[@]} <= 2)); then words='${Object.keys(commands).join(' ')}'; else case \${typed[1]} in
${cases.join('\n')}
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ $current == *:* && $COMP_WORDBREAKS == *:* ]] && COMPREPLY=("\${COMPREPLY[@]#"\${current%:*}:"}")
  ((\${#COMPREPLY[@]})) || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _sallyport sallyport
`;
}

function zsh(commands: Commands): string {
  const described = Object.entries(commands).map(
    ([name, row]) => `    ${quoted(`${name.replaceAll(':', '\\:')}:${row.does}`)}`,
  );
  const cases = Object.entries(commands).map(([name, row]) => {
    const rest = (wordsOf(row) ?? []).map((word) => quoted(word));
    const options = Object.entries(row.options ?? {}).map(([option, { type, value = '', meaning }]) =>
      quoted(`--${option}[${escaped(meaning)}]${type === 'string' ? `:${escaped(value)}:_files` : ''}`),
    );
    const argument = rest.length > 0 ? `'1:word:(${wordsOf(row)?.join(' ')})'` : "'*:file:_files'";
    return `      ${name}) _arguments ${[...options, argument].join(' ')} ;;`;
  });
  return `#compdef sallyport
_sallyport() {
  local -a commands
  commands=(
${described.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
  else
    local name=$words[2]
    shift words
    ((CURRENT--))
    case $name in
${cases.join('\n')}
    esac
  fi
}
compdef _sallyport sallyport
`;
}

function fish(commands: Commands): string {
  const names = Object.entries(commands).map(
    ([name, row]) => `complete -c sallyport -n __fish_use_subcommand -f -a ${quoted(name)} -d ${quoted(row.does)}`,
  );
  const rest = Object.entries(commands).flatMap(([name, row]) => {
    const condition = `complete -c sallyport -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    const words = (wordsOf(row) ?? []).map((word) => `${condition} -f -a ${word}`);
    const options = Object.entries(row.options ?? {}).map(
      ([option, { type, meaning }]) =>
        `${condition} -l ${option}${type === 'string' ? ' -r' : ''} -d ${quoted(meaning)}`,
    );
    return words.concat(options);
  });
  return `${[...names, ...rest].join('\n')}\n`;
}

function wordsAfter(row: Command): string[] {
  return [...(wordsOf(row) ?? []), ...Object.keys(row.options ?? {}).map((option) => `--${option}`)];
}

/** Quotes a text for a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Escapes what _arguments of zsh would interpret. */
function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}
