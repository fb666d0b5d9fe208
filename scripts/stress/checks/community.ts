// What is checked of the data of community.
import type { OverviewRecount, Recorded, Recount } from './recounts.ts';

export const communityRecorded: readonly Recorded[] = [
  { type: 'Volunteer', table: 'volunteer' },
  { type: 'VolunteerService', table: 'volunteer_service' },
  { type: 'VolunteerParticipation', table: 'volunteer_participation' },
  { type: 'LoveSupermarket', table: 'love_supermarket' },
  { type: 'Donation', table: 'donation' },
  { type: 'Handout', table: 'handout' },
  { type: 'Grid', table: 'grid' },
  { type: 'GridProblem', table: 'grid_problem' },
  { type: 'PetitionMatter', table: 'petition_matter' },
];

export const communityRecounts: readonly Recount[] = [
  {
    check: 'volunteer services: places match the sign-ups, and none is taken twice',
    of: 'volunteer_service',
    faults: `select s.id, s.places, s.places_taken, p.taken from volunteer_service s cross join lateral (
        select count(*) as taken from volunteer_participation where volunteer_service_id = s.id and status <> 'CANCELLED'
      ) p where s.places_taken <> p.taken or p.taken > s.places`,
  },
  {
    check: 'volunteers: none is in two services at the same time',
    of: 'volunteer',
    faults: `select a.id, b.id as other from volunteer_participation a join volunteer_participation b
        on b.volunteer_id = a.volunteer_id and b.id > a.id
        where a.status in ('SIGNED_UP', 'ATTENDED') and b.status in ('SIGNED_UP', 'ATTENDED')
          and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)`,
  },
  {
    check: 'stock: it is the sum of the entries, and never below zero',
    of: 'supermarket_stock',
    faults: `select s.*, e.counted from supermarket_stock s full join (
        select love_supermarket_id, category, condition, sum(quantity) as counted from stock_entry group by 1, 2, 3
      ) e using (love_supermarket_id, category, condition)
      where s.quantity is distinct from e.counted or s.quantity < 0`,
  },
  {
    check: 'problems of the grid: the timeline has an entry for each version, without gaps',
    of: 'grid_problem',
    faults: `select p.id, p.version, t.* from grid_problem p cross join lateral (
        select count(*) as entries, max(sequence) as last from grid_problem_timeline where problem_id = p.id
      ) t where t.entries <> p.version or t.last <> p.version`,
  },
  {
    check: 'petition matters: there is a step for each version, without gaps',
    of: 'petition_matter',
    faults: `select m.id, m.version, t.* from petition_matter m cross join lateral (
        select count(*) as entries, max(sequence) as last from petition_step where matter_id = m.id
      ) t where t.entries <> m.version or t.last <> m.version`,
  },
];

export const communityOverview: OverviewRecount = {
  field: (period) =>
    `community { volunteerCount volunteerServiceSummary(period: ${period}) { held participants } loveSupermarketCount donationSummary(period: ${period}) { donations items } handoutSummary(period: ${period}) { households items } openGridProblemCount gridProblemSummary(period: ${period}) { found solved } openPetitionMatterCount petitionSummary(period: ${period}) { received closed } }`,
  recount: `select (select count(*) from volunteer where status = 'ACTIVE') as volunteer_count, (
      select json_build_object('held', (select count(*) from volunteer_service where status = 'HELD'),
        'participants', (select count(*) from volunteer_participation where status = 'ATTENDED'))
    ) as volunteer_service_summary, (select count(*) from love_supermarket where status = 'OPEN') as love_supermarket_count, (
      select json_build_object('donations', (select count(*) from donation where status = 'RECORDED'),
        'items', sum(quantity)) from stock_entry where donation_id is not null
    ) as donation_summary, (
      select json_build_object('households', (select count(*) from handout where status = 'RECORDED' and recipient_kind = 'HOUSEHOLD'),
        'items', -sum(quantity)) from stock_entry where handout_id is not null
    ) as handout_summary, (select count(*) from grid_problem where status in ('FOUND', 'HANDED_OVER')) as open_grid_problem_count,
      (select json_build_object('found', count(*), 'solved', count(solved_at)) from grid_problem where status <> 'CANCELLED') as grid_problem_summary, (select count(*) from petition_matter where finished_on is null) as open_petition_matter_count, (
      select json_build_object('received', count(*), 'closed', count(*) filter (where status = 'CLOSED')) from petition_matter
    ) as petition_summary`,
};
