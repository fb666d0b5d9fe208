// The validation rules of a document, without those for constructs that do not occur in its text: each rule costs time at every node.
import {
  FragmentsOnCompositeTypesRule,
  KnownDirectivesRule,
  KnownFragmentNamesRule,
  NoFragmentCyclesRule,
  NoSchemaIntrospectionCustomRule,
  NoUndefinedVariablesRule,
  NoUnusedFragmentsRule,
  NoUnusedVariablesRule,
  PossibleFragmentSpreadsRule,
  specifiedRules,
  UniqueDirectivesPerLocationRule,
  UniqueFragmentNamesRule,
  UniqueVariableNamesRule,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
  VariablesAreInputTypesRule,
  VariablesInAllowedPositionRule,
} from 'graphql';
import { valuesOfCorrectType } from './input-errors.ts';

/** The rules that report nothing where the text does not match. */
const rulesByConstruct: readonly { text: RegExp; rules: ReadonlySet<ValidationRule> }[] = [
  {
    text: /\$/,
    rules: new Set([
      NoUndefinedVariablesRule,
      NoUnusedVariablesRule,
      UniqueVariableNamesRule,
      VariablesAreInputTypesRule,
      VariablesInAllowedPositionRule,
    ]),
  },
  { text: /@/, rules: new Set([KnownDirectivesRule, UniqueDirectivesPerLocationRule]) },
  {
    text: /\.\.\.|fragment/,
    rules: new Set([
      FragmentsOnCompositeTypesRule,
      KnownFragmentNamesRule,
      NoFragmentCyclesRule,
      NoUnusedFragmentsRule,
      PossibleFragmentSpreadsRule,
      UniqueFragmentNamesRule,
    ]),
  },
];

const allRules: readonly ValidationRule[] = specifiedRules.map((rule) =>
  rule === ValuesOfCorrectTypeRule ? valuesOfCorrectType : rule,
);

/** By the constructs that occur, as bits. */
const chosenRules = new Map<number, readonly ValidationRule[]>();

/** The rules that can report an error for a document with the text. */
export function documentRules(text: string, hasIntrospection: boolean): readonly ValidationRule[] {
  let key = hasIntrospection ? 1 : 0;
  for (const [index, construct] of rulesByConstruct.entries())
    if (construct.text.test(text)) key |= 2 << index;
  let rules = chosenRules.get(key);
  if (!rules) {
    const absent = rulesByConstruct.filter((_construct, index) => !(key & (2 << index)));
    const chosen = allRules.filter((rule) => !absent.some((construct) => construct.rules.has(rule)));
    rules = hasIntrospection ? chosen : [NoSchemaIntrospectionCustomRule, ...chosen];
    chosenRules.set(key, rules);
  }
  return rules;
}
