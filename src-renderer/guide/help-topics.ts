// Sections of the guide that forms lead to; both guides have them.
export const helpTopics = [
  'launcher-folder',
  'launcher-imap',
  'launcher-pop',
  'launcher-adullact',
  'gmail',
  'office365',
  'accounts',
  'session',
  'certificates',
  'filters',
  'schedules',
  'affiliations',
] as const;

export type HelpTopic = (typeof helpTopics)[number];
