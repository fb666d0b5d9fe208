// The navigation: a column on wide screens, a bar at the bottom of small ones, whose last entry opens the rest.
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { type Address, addresses } from '../../page/site.ts';
import { designTexts } from '../../texts/design.ts';
import { Icon } from './icons.tsx';

export function Navigation() {
  const texts = useTexts(designTexts);
  const { settings } = usePage();
  const shown = addresses.filter(({ icon }) => icon !== 'playground' || settings.playground);
  const minor = shown.filter(({ isMinor }) => isMinor);
  return (
    <nav class="navigation" aria-label={texts.navigation}>
      <ul class="navigation-list">
        {shown.map((address) => (
          <li key={address.path} data-minor={address.isMinor || undefined}>
            <NavigationLink address={address} />
          </li>
        ))}
        {minor.length > 0 && (
          <li>
            <details class="navigation-more">
              <summary>
                <Icon name="more" />
                {texts.more}
              </summary>
              <div class="navigation-menu">
                {minor.map((address) => (
                  <NavigationLink key={address.path} address={address} />
                ))}
              </div>
            </details>
          </li>
        )}
      </ul>
    </nav>
  );
}

function NavigationLink({ address: { path, label, icon } }: { address: Address }) {
  const inLanguage = useLanguage();
  const { path: here } = usePage();
  const isHere = path === '/' ? here === '/' : here === path || here.startsWith(`${path}/`);
  return (
    <a class="navigation-link" href={path} aria-current={isHere ? 'page' : undefined}>
      <Icon name={icon} />
      {inLanguage(label)}
    </a>
  );
}
