// Texts with facts in braces, `Facture {name} de {from}`. Unknown facts become nothing, `{{` is a brace. Pure.

export function fillTemplate(template: string, facts: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{|\}\}|\{([\w-]+)\}/g, (whole, name: string | undefined) => {
    if (name === undefined) return whole.slice(0, 1);
    const key = name.toLowerCase();
    return Object.hasOwn(facts, key) ? (facts[key] ?? '') : '';
  });
}
