// Which reported figures count what an indicator counts, so that they can stand beside today's.

/** The id of the indicator by the key of the reported figure. */
export const reportedIndicators: Readonly<Record<string, string>> = {
  'elderly.home_care_households': 'HOME_CARE_HOUSEHOLDS',
  'elderly.home_care_recipients': 'HOME_CARE_RECIPIENTS',
  'elderly.care_workers_on_duty': 'CARE_WORKERS_ON_DUTY',
  'elderly.day_care_centres': 'DAY_CARE_CENTRES',
  'elderly.institution_residents': 'INSTITUTION_RESIDENTS',
  'elderly.social_workers_certified': 'CERTIFIED_SOCIAL_WORKERS',
  'sanitation.vehicles_per_day': 'VEHICLES_ON_DUTY',
  'sanitation.workers_per_day': 'CLEANERS_ON_DUTY',
  'sanitation.vehicle_dispatches': 'VEHICLE_DISPATCHES',
  'sanitation.roads_flushed': 'ROADS_FLUSHED',
  'sanitation.blind_spots_cleared': 'BLIND_SPOTS_CLEARED',
  'sanitation.pollution_sources': 'POLLUTION_SOURCES',
  'security.cameras': 'CAMERAS',
  'security.alarm_boxes': 'ALARM_BOXES',
  'security.cases_found': 'CASES',
  'security.suspects_caught': 'SUSPECTS_CAUGHT',
  'security.people_assisted': 'PEOPLE_ASSISTED',
  'culture.nanyang_rooms': 'VENUES',
  'culture.ethnic_troupes': 'TROUPES',
  'places.communities': 'COMMUNITIES',
  'places.service_points': 'SERVICE_POINTS',
  'places.qinghuayuan_households': 'HOUSEHOLDS',
  'places.qinghuayuan_residents': 'RESIDENTS',
};
