// Who sees what: everyone, viewers with a scope, or everyone a mask and viewers with a scope and a purpose the value.
import { useLanguage, useTexts } from '../../page/page-context.ts';
import { catalogueTexts } from '../../texts/catalogue.ts';
import type { AccessRule, MaskEntry, ScopeEntry } from '../catalogue.ts';

export interface AccessEntries {
  scopes: readonly ScopeEntry[];
  masks: readonly MaskEntry[];
}

interface AccessProps extends AccessEntries {
  rule: AccessRule | null;
  /** The rule of the type, which is not repeated for each field. */
  ofType?: AccessRule | null;
}

export function Access({ rule, ofType = null, scopes, masks }: AccessProps) {
  const texts = useTexts(catalogueTexts);
  if (!rule) return <span class="muted">{ofType ? texts.asType : texts.everyone}</span>;
  if (ofType && rule.mask === null && rule.within === null && rule.scope === ofType.scope)
    return <span class="muted">{texts.asType}</span>;
  const scope = scopes.find((each) => each.scope === rule.scope);
  const mask = masks.find((each) => each.mask === rule.mask);
  return (
    <span class="access">
      <span class="access-line" data-sees="full">
        <span>
          <ScopeLink scope={rule.scope} />
          {mask && <> {texts.withPurpose}</>}
          <Holders scope={scope} />
        </span>
      </span>
      {mask ? (
        <Masked mask={mask} />
      ) : (
        <span class="access-line muted" data-sees="nothing">{`${texts.others}: ${texts.refused}`}</span>
      )}
    </span>
  );
}

function Masked({ mask }: { mask: MaskEntry }) {
  const texts = useTexts(catalogueTexts);
  const inLanguage = useLanguage();
  return (
    <span class="access-line" data-sees="masked" title={inLanguage(mask.description)}>
      <span>
        {texts.others}: {mask.after === null ? inLanguage(mask.description) : <code>{mask.after}</code>}
      </span>
    </span>
  );
}

const ScopeLink = ({ scope }: { scope: string }) => (
  <a href={`/catalogue/scopes#${scope}`}>
    <code>{scope}</code>
  </a>
);

/** The roles with the scope, whose viewers see it in their divisions, and the persons themselves. */
function Holders({ scope }: { scope: ScopeEntry | undefined }) {
  const texts = useTexts(catalogueTexts);
  if (!scope) return null;
  const holders = [...scope.roles, ...(scope.isOwners ? [texts.own] : [])];
  return <span class="access-roles muted">{holders.length ? holders.join(', ') : texts.rolesWithout}</span>;
}
