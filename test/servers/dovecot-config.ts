// The configuration text of a private Dovecot 2.3 that touches nothing outside its own folder.

export type DovecotPorts = {
  readonly imap: number;
  readonly imaps: number;
  readonly pop3: number;
  readonly pop3s: number;
};

export type DovecotConfig = {
  /** Holds cert.pem and key.pem, and the empty folders run, state and mail. */
  readonly dir: string;
  readonly ports: DovecotPorts;
  readonly accounts: {
    readonly login: string;
    readonly internal: string;
    readonly internalGroup: string;
    readonly mail: string;
    readonly mailGroup: string;
  };
  readonly startTls: boolean;
  /** `users` in the folder, a passwd-file, exists: only its users may sign in. */
  readonly hasUserList: boolean;
  /** `oauth2.conf` in the folder exists. */
  readonly hasOAuth: boolean;
  readonly withoutCapabilities: readonly string[];
  readonly separator: string;
  readonly prefix: string;
};

// What Dovecot 2.3 offers after sign-in when it is not told otherwise.
const CAPABILITIES =
  'IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS ' +
  'THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS ' +
  'LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH ' +
  'LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ NOTIFY ' +
  'SPECIAL-USE';

export function dovecotConfig(config: DovecotConfig): string {
  const { dir, accounts } = config;
  const offered = CAPABILITIES.split(' ').filter((c) => !config.withoutCapabilities.includes(c));
  return `
base_dir = ${dir}/run
state_dir = ${dir}/state
instance_name = test
log_path = ${dir}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1
default_login_user = ${accounts.login}
default_internal_user = ${accounts.internal}
default_internal_group = ${accounts.internalGroup}
default_vsz_limit = 0
default_client_limit = 2000
first_valid_uid = 1
first_valid_gid = 1

ssl = ${config.startTls ? 'yes' : 'no'}
ssl_cert = <${dir}/cert.pem
ssl_key = <${dir}/key.pem
disable_plaintext_auth = no

auth_mechanisms = plain login${config.hasOAuth ? ' xoauth2 oauthbearer' : ''}
auth_username_format = %u
auth_username_chars =
auth_failure_delay = 0
${config.hasOAuth ? oauthPassdb(dir) : ''}
${config.hasUserList ? listPassdb(dir) : ANY_USER}
userdb {
  driver = static
  args = uid=${accounts.mail} gid=${accounts.mailGroup} home=${dir}/mail/%u allow_all_users=yes
}

mail_location = maildir:~/Maildir
mail_save_crlf = yes
mail_fsync = never
# Files are put in and taken out past the server: its cached list of folders would be stale.
mailbox_list_index = no
mail_max_userip_connections = 1000
pop3_no_flag_updates = yes
${config.withoutCapabilities.length > 0 ? `imap_capability = ${offered.join(' ')}` : ''}
namespace inbox {
  inbox = yes
  separator = ${config.separator}
  prefix = ${config.prefix}
}

service auth {
  client_limit = 8000
}
service anvil {
  client_limit = 8000
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
${loginService('imap', config.ports.imap, config.startTls ? config.ports.imaps : 0)}
${loginService('pop3', config.ports.pop3, config.startTls ? config.ports.pop3s : 0)}
`;
}

const ANY_USER = `
passdb {
  driver = static
  mechanisms = plain login
  args = password=secret
}`;

const listPassdb = (dir: string) => `
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = ${dir}/users
}`;

const oauthPassdb = (dir: string) => `
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${dir}/oauth2.conf
}`;

// service_count = 0: one process signs everybody in, instead of a new one per connection.
const loginService = (protocol: 'imap' | 'pop3', plain: number, tls: number) => `
service ${protocol}-login {
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener ${protocol} {
    port = ${plain}
  }
  inet_listener ${protocol}s {
    port = ${tls}
    ssl = yes
  }
}
service ${protocol} {
  service_count = 100
}`;

/** One line per user; hexadecimal because a password may hold a colon. */
export function passwdFile(users: Readonly<Record<string, string>>): string {
  return Object.entries(users)
    .map(([user, password]) => `${user}:{PLAIN.HEX}${Buffer.from(password).toString('hex')}\n`)
    .join('');
}

export function oauthFile(introspectionUrl: string): string {
  return `introspection_mode = post
introspection_url = ${introspectionUrl}
username_attribute = username
active_attribute = active
active_value = true
username_format = %u
`;
}
