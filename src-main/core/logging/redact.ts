// What a log line may say. Secrets never, at any level. Above debug, paths and mail addresses are shortened to
// what helps to recognise them: a log is sent to strangers more easily than it is read first. Pure.
import type { LogFields, LogLevel } from '../ports.ts';

export function redactFields(fields: LogFields, level: LogLevel): LogFields {
  const shown: Record<string, LogFields[string]> = {};
  for (const [name, value] of Object.entries(fields)) {
    shown[name] = typeof value === 'string' ? redactText(name, value, level) : value;
  }
  return shown;
}

function redactText(name: string, value: string, level: LogLevel): string {
  if (SECRET_NAME.test(name)) return '***';
  const clean = hideSecrets(value);
  return level === 'debug' ? clean : shorten(clean);
}

const SECRET_NAME =
  /pass(?:word|wd|phrase)?$|secret|token|authori[sz]ation|cookie|credential|vaultKey|privateKey/i;

/** Secrets that came inside a longer text: an error message that quotes a command or a URL. */
function hideSecrets(text: string): string {
  return text
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 ***')
    .replace(/\b(LOGIN\s+(?:"[^"]*"|\S+))\s+(?:"(?:\\.|[^"\\])*"|\S+)/g, '$1 ***')
    .replace(/\b(AUTHENTICATE\s+\S+)\s+\S+/gi, '$1 ***')
    .replace(/([?&#](?:token|access_token|password|secret|code)=)[^&\s]+/gi, '$1***')
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s:@]+:[^/\s@]+@/gi, '$1***@');
}

function shorten(text: string): string {
  return shortenPaths(text).replace(
    ADDRESS,
    (_, first: string, domain: string) => `${first}…@${domain}`,
  );
}

const ADDRESS = /([\p{L}\p{N}])[\p{L}\p{N}._%+'-]*@([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)/gu;

/** `/home/jean/scans/a.pdf` → `/…/a.pdf`, `C:\Users\…` → `C:\…\a.pdf`, `\\server\share\x\a.pdf` → `\\…\a.pdf`. */
function shortenPaths(text: string): string {
  return text
    .replace(/(^|[\s"'(=:])\/(?:[^/\s"']+\/)+([^/\s"']+)/g, '$1/…/$2')
    .replace(/\b([A-Za-z]:)[\\/](?:[^\\/:*?"<>|\r\n]+[\\/])+([^\\/:*?"<>|\r\n]*)/g, '$1\\…\\$2')
    .replace(/\\\\[^\\\s"]+\\(?:[^\\"\r\n]+\\)*([^\\"\r\n]*)/g, '\\\\…\\$1');
}
