-- The questions of `02-growth` as plain DuckDB SQL, written for speed: what the definitions are
-- measured against (growth.py). Each section answers the definition of its name; the last statement
-- of a section returns quarter, segment, point, value and n, then whatever else the engine must sum
-- for an interval or count of persons. The intervals themselves are left out: nobody computes them
-- in SQL. The quarters, all by the clock of Berlin, are those of the benchmark's community.

-- section: quarters
CREATE MACRO utc(moment) AS timezone('UTC', timezone('Europe/Berlin', moment::TIMESTAMP));
CREATE TEMP TABLE quarters AS
SELECT q,
       format('{}-Q{}', q // 4, q % 4 + 1) AS quarter,
       q >= 8099 AS is_reported,
       utc(day) AS starts,
       utc(day + INTERVAL 3 MONTH) AS ends,
       utc(day + INTERVAL 1 MONTH) AS month_2,
       utc(day + INTERVAL 2 MONTH) AS month_3,
       utc(day + INTERVAL 3 MONTH - INTERVAL 28 DAY) AS last_28,
       utc(day + INTERVAL 3 MONTH - INTERVAL 30 DAY) AS last_30,
       utc(day + INTERVAL 3 MONTH - INTERVAL 60 DAY) AS last_60,
       utc(day + INTERVAL 3 MONTH - INTERVAL 90 DAY) AS last_90
FROM (SELECT q, make_date(q // 4, q % 4 * 3 + 1, 1)::TIMESTAMP AS day FROM range(8097, 8107) t(q));
CREATE TEMP TABLE reported AS SELECT * FROM quarters WHERE is_reported;
CREATE MACRO as_of() AS TIMESTAMP '2026-09-30 22:00';
-- how far the clock of Berlin is ahead
CREATE MACRO local_ahead(m) AS CASE
    WHEN m < TIMESTAMP '2024-10-27 01:00' THEN INTERVAL 2 HOUR
    WHEN m < TIMESTAMP '2025-03-30 01:00' THEN INTERVAL 1 HOUR
    WHEN m < TIMESTAMP '2025-10-26 01:00' THEN INTERVAL 2 HOUR
    WHEN m < TIMESTAMP '2026-03-29 01:00' THEN INTERVAL 1 HOUR ELSE INTERVAL 2 HOUR END;
-- quicker than a join of ten million rows with a range
CREATE MACRO quarter_of(m) AS CASE
    WHEN m < TIMESTAMP '2024-06-30 22:00' THEN 8097
    WHEN m < TIMESTAMP '2024-09-30 22:00' THEN 8098
    WHEN m < TIMESTAMP '2024-12-31 23:00' THEN 8099
    WHEN m < TIMESTAMP '2025-03-31 22:00' THEN 8100
    WHEN m < TIMESTAMP '2025-06-30 22:00' THEN 8101
    WHEN m < TIMESTAMP '2025-09-30 22:00' THEN 8102
    WHEN m < TIMESTAMP '2025-12-31 23:00' THEN 8103
    WHEN m < TIMESTAMP '2026-03-31 22:00' THEN 8104
    WHEN m < TIMESTAMP '2026-06-30 22:00' THEN 8105
    WHEN m < TIMESTAMP '2026-09-30 22:00' THEN 8106 END::INT;
CREATE TEMP TABLE staff AS
SELECT member_id FROM members WHERE role IN ('staff', 'admin', 'community_manager') OR is_bot;
SELECT quarter, '' AS segment, NULL AS point, q AS value, 0 AS n FROM reported;

-- section: threads
CREATE TEMP TABLE openers AS
SELECT thread_id, member_id, posted_at AS opened_at, kind = 'question' AS is_question, channel, language,
       least(closed_at, merged_at, deleted_at) AS ended_at,
       merged_at IS NOT NULL OR deleted_at IS NOT NULL AS is_removed
FROM posts
WHERE coalesce(kind NOT IN ('answer', 'reply', 'comment'), true)
QUALIFY row_number() OVER (PARTITION BY thread_id ORDER BY posted_at, post_id) = 1
    AND coalesce(kind IN ('question', 'discussion'), true)
    AND member_id NOT IN (SELECT member_id FROM members WHERE is_bot);
CREATE TEMP TABLE threads AS
WITH first_replies AS (
    SELECT p.thread_id,
           arg_min({'by': p.member_id, 'moment': p.posted_at}, (p.posted_at, p.post_id)) AS reply
    FROM posts p JOIN openers o USING (thread_id)
    WHERE p.posted_at > o.opened_at
        AND coalesce(p.kind IN ('answer', 'reply'), true) AND p.deleted_at IS NULL
        AND coalesce(p.member_id <> o.member_id, true)
        AND coalesce(p.member_id NOT IN (SELECT member_id FROM members WHERE is_bot), true)
    GROUP BY p.thread_id
), solutions AS (
    SELECT thread_id,
           arg_min({'by': member_id, 'moment': posted_at, 'accepted': accepted_at},
                   (coalesce(accepted_at, TIMESTAMP '2999-01-01'), posted_at, post_id)) AS solution
    FROM posts WHERE is_accepted AND deleted_at IS NULL GROUP BY thread_id
)
SELECT o.*, reply.moment AS first_reply_at, reply.by AS first_reply_by,
       epoch_us(reply.moment) - epoch_us(opened_at) AS waited,
       reply.by IN (SELECT member_id FROM staff) AS is_first_reply_by_staff,
       reply.by IN (SELECT member_id FROM members WHERE role = 'expert') AS is_first_reply_by_expert,
       solution IS NOT NULL AS is_solved, solution.accepted AS solved_at,
       solution.moment AS solution_at, solution.by AS solution_by,
       solution.by IN (SELECT member_id FROM staff) AS is_solution_by_staff,
       quarter_of(opened_at) AS q
FROM openers o LEFT JOIN first_replies USING (thread_id) LEFT JOIN solutions USING (thread_id);
DROP TABLE openers;

-- section: participation
CREATE TEMP TABLE participation AS
WITH made AS (
    SELECT member_id, posted_at AS moment, deleted_at IS NULL AS is_there FROM posts
    UNION ALL
    SELECT member_id, acted_at, true FROM activity WHERE type IN ('vote', 'attend')
), marked AS (
    SELECT CASE WHEN is_there AND staff.member_id IS NULL THEN made.member_id END AS member_id,
           moment, quarter_of(moment) AS q, made.member_id IS NULL AND is_there AS is_lost
    FROM made LEFT JOIN staff USING (member_id)
)
SELECT *,
       first_value(q) OVER w AS first_q, first_value(first_at) OVER w AS first_ever_at,
       lag(last_at) OVER w AS before_at, lead(q) OVER w AS next_q
FROM (
    SELECT member_id, q,
           count(member_id)::INT AS contributions, min(moment) AS first_at, max(moment) AS last_at,
           count_if(is_lost)::INT AS lost,
           count(member_id) FILTER (moment >= month_2)::INT AS since_month_2,
           count(member_id) FILTER (moment >= month_3)::INT AS since_month_3,
           count(member_id) FILTER (moment >= last_28)::INT AS in_last_28,
           count(member_id) FILTER (moment >= last_30)::INT AS in_last_30,
           count(member_id) FILTER (moment >= last_60)::INT AS in_last_60,
           count(member_id) FILTER (moment >= last_90)::INT AS in_last_90
    FROM marked JOIN quarters USING (q) GROUP BY member_id, q
)
WINDOW w AS (PARTITION BY member_id ORDER BY q);

-- section: presence
CREATE TEMP TABLE presence AS
SELECT member_id, q, count(*) AS acts,
       count_if(acted_at >= last_30) AS visits_30, count_if(acted_at >= month_3) AS visits_month,
       count_if(acted_at >= month_3 AND type = 'read') AS reads_month,
       count_if(type IN ('like', 'vote', 'attend')) AS deeds
FROM (SELECT *, quarter_of(acted_at) AS q FROM activity ANTI JOIN staff USING (member_id))
JOIN quarters USING (q) GROUP BY member_id, q;

-- section: ladder_moves
CREATE MACRO level_of(c) AS CASE WHEN c >= 25 THEN 4 WHEN c >= 10 THEN 3 WHEN c >= 1 THEN 2 ELSE 1 END;
CREATE TEMP TABLE ladder_moves AS
WITH people AS (
    SELECT member_id, quarter_of(joined_at) AS joined FROM members ANTI JOIN staff USING (member_id)
), stood AS (
    SELECT q, 1 + q AS next_q, member_id, level_of(in_last_90) AS level FROM participation
    SEMI JOIN people USING (member_id) WHERE q >= 8098
), there AS (
    SELECT r.q, joined < r.q AS was_there, count(*) AS members
    FROM reported r JOIN people ON joined <= r.q GROUP BY 1, 2
), pairs AS (
    SELECT coalesce(a.q, b.next_q) AS q,
           coalesce(b.level, CASE WHEN joined < coalesce(a.q, b.next_q) THEN 1 ELSE 0 END) AS level,
           coalesce(a.level, 1) AS later, joined < coalesce(a.q, b.next_q) AS was_there
    FROM stood a FULL JOIN stood b ON a.member_id = b.member_id AND a.q = b.next_q
    JOIN people ON people.member_id = coalesce(a.member_id, b.member_id)
    WHERE coalesce(a.q, b.next_q) BETWEEN 8099 AND 8106
)
SELECT q, level, later, sum(members) AS members FROM (
    SELECT q, level, later, count(*) AS members FROM pairs GROUP BY ALL
    UNION ALL
    SELECT q, was_there::INT, 1, members - coalesce(moved, 0)
    FROM there LEFT JOIN (SELECT q, was_there, count(*) AS moved FROM pairs GROUP BY ALL)
    USING (q, was_there)
) GROUP BY ALL;

-- section: answered_within
SELECT quarter, '' AS segment, NULL AS point, avg((waited <= 24 * 3600e6 AND waited IS NOT NULL)::INT),
       count(*), count(DISTINCT member_id)
FROM threads JOIN reported USING (q)
WHERE NOT is_removed AND member_id IS NOT NULL AND opened_at <= as_of() - INTERVAL 24 HOUR
GROUP BY quarter;

-- section: answered_within_by_channel
SELECT quarter, channel, NULL, avg((waited <= 24 * 3600e6 AND waited IS NOT NULL)::INT),
       count(*), count(DISTINCT member_id)
FROM threads JOIN reported USING (q)
WHERE NOT is_removed AND member_id IS NOT NULL AND opened_at <= as_of() - INTERVAL 24 HOUR
    AND channel IS NOT NULL
GROUP BY quarter, channel;

-- section: unanswered_share
SELECT quarter, '', NULL, avg((first_reply_at IS NULL OR first_reply_at >= ends)::INT), count(*),
       count(DISTINCT member_id)
FROM threads JOIN reported USING (q)
WHERE NOT is_removed AND member_id IS NOT NULL AND opened_at <= ends - INTERVAL 168 HOUR
GROUP BY quarter;

-- section: unanswered_questions
SELECT quarter, '', NULL, count_if(first_reply_at IS NULL OR first_reply_at >= ends), count(*),
       count(DISTINCT member_id)
FROM threads JOIN reported USING (q)
WHERE NOT is_removed AND member_id IS NOT NULL AND opened_at <= ends - INTERVAL 168 HOUR
GROUP BY quarter;

-- section: answered_within_service_hours
CREATE TEMP TABLE IF NOT EXISTS clock AS
WITH days AS (
    SELECT day::DATE AS day, isodow(day) <= 5 AND day::DATE NOT IN (FROM holidays) AS is_open
    FROM range(TIMESTAMP '2024-09-30', TIMESTAMP '2026-10-02', INTERVAL 1 DAY) t(day)
)
SELECT utc(day + INTERVAL 9 HOUR) AS opens, utc(day + INTERVAL 17 HOUR) AS closes, day, is_open,
       8 * 3600e6 * coalesce(sum(is_open::INT) OVER (ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING
           AND 1 PRECEDING), 0) AS before
FROM days;
CREATE OR REPLACE MACRO served(moment, opens, closes, is_open, before) AS
    before + CASE WHEN is_open THEN epoch_us(greatest(least(moment, closes), opens)) - epoch_us(opens)
        ELSE 0 END;
WITH timed AS (
    SELECT t.q, t.member_id, served(t.opened_at, a.opens, a.closes, a.is_open, a.before) AS asked,
           served(t.first_reply_at, b.opens, b.closes, b.is_open, b.before) AS answered
    FROM threads t
    JOIN clock a ON a.day = (opened_at + local_ahead(opened_at))::DATE
    LEFT JOIN clock b ON b.day = (first_reply_at + local_ahead(first_reply_at))::DATE
    WHERE NOT is_removed AND t.member_id IS NOT NULL
), now AS (SELECT max(before) AS served FROM clock WHERE day <= DATE '2026-10-01')
SELECT quarter, '', NULL,
       avg((answered - asked <= 8 * 3600e6 AND answered IS NOT NULL)::INT), count(*),
       count(DISTINCT member_id)
FROM timed JOIN reported USING (q) JOIN now ON now.served - asked >= 8 * 3600e6
GROUP BY quarter;

-- section: time_to_first_response_hours
-- a half is reached even if rounding leaves a trillionth more
WITH waits AS (
    SELECT q, epoch_us(least(first_reply_at, ended_at, as_of())) - epoch_us(opened_at) AS time,
           first_reply_at IS NOT NULL
               AND first_reply_at = least(first_reply_at, ended_at, as_of()) AS is_event
    FROM threads SEMI JOIN reported USING (q) WHERE member_id IS NOT NULL
), curve AS (
    SELECT q, time, count(*) AS units, count_if(is_event) AS stopped FROM waits GROUP BY q, time
), risk AS (
    SELECT q, time, stopped, sum(units) OVER (PARTITION BY q ORDER BY time DESC) AS at_risk
    FROM curve
), survival AS (
    SELECT q, time, product(1 - stopped / at_risk) OVER (PARTITION BY q ORDER BY time) AS waiting
    FROM risk WHERE stopped > 0
)
SELECT quarter, '', NULL, min(time) FILTER (waiting <= 0.5 + 1e-12) / 3600e6, any_value(n), any_value(persons)
FROM survival JOIN reported USING (q)
JOIN (SELECT q, count(member_id) AS n, count(DISTINCT member_id) AS persons FROM threads GROUP BY q)
USING (q) GROUP BY quarter;

-- section: first_response_curve
WITH waits AS (
    SELECT q, epoch_us(least(first_reply_at, ended_at, as_of())) - epoch_us(opened_at) AS time,
           first_reply_at IS NOT NULL
               AND first_reply_at = least(first_reply_at, ended_at, as_of()) AS is_event
    FROM threads SEMI JOIN reported USING (q) WHERE member_id IS NOT NULL
), curve AS (
    SELECT q, time, count(*) AS units, count_if(is_event) AS stopped FROM waits GROUP BY q, time
), risk AS (
    SELECT q, time, stopped, sum(units) OVER (PARTITION BY q ORDER BY time DESC) AS at_risk
    FROM curve
), survival AS (
    SELECT q, time, ln(greatest(1 - stopped / at_risk, 1e-300)) AS step FROM risk WHERE stopped > 0
), points AS (SELECT unnest([0.5, 1, 2, 4, 8, 16, 24, 48, 72, 120, 168, 336, 720, 2160]) AS point)
SELECT quarter, '', point, 1 - exp(coalesce(sum(step) FILTER (time <= point * 3600e6), 0)),
       any_value(n), any_value(persons)
FROM survival CROSS JOIN points JOIN reported USING (q)
JOIN (SELECT q, count(member_id) AS n, count(DISTINCT member_id) AS persons,
             max(epoch_us(as_of()) - epoch_us(opened_at)) AS seen FROM threads GROUP BY q)
USING (q) WHERE point * 3600e6 <= seen GROUP BY quarter, point;

-- section: platform_mean_first_response_hours
SELECT quarter, '', NULL, sum(hours) / sum(questions), sum(questions), count(*),
       sum(hours * hours), sum(hours * questions), sum(questions * questions)
FROM (
    SELECT q, member_id, sum(waited) / 3600e6 AS hours, count(*) AS questions FROM threads
    SEMI JOIN reported USING (q)
    WHERE NOT is_removed AND member_id IS NOT NULL AND waited IS NOT NULL GROUP BY q, member_id
) JOIN reported USING (q) GROUP BY quarter;

-- section: peer_answer_share
SELECT quarter, '', NULL, avg((NOT is_first_reply_by_staff)::INT), count(*),
       count(DISTINCT first_reply_by)
FROM threads JOIN reported r ON r.q = quarter_of(first_reply_at)
WHERE first_reply_by IS NOT NULL AND member_id IS NOT NULL AND NOT is_removed GROUP BY quarter;

-- section: expert_answer_share
SELECT quarter, '', NULL, avg(is_first_reply_by_expert::INT), count(*),
       count(DISTINCT first_reply_by)
FROM threads JOIN reported r ON r.q = quarter_of(first_reply_at)
WHERE first_reply_by IS NOT NULL AND member_id IS NOT NULL AND NOT is_removed GROUP BY quarter;

-- section: peer_solution_share
SELECT quarter, '', NULL, avg((NOT is_solution_by_staff)::INT), count(*),
       count(DISTINCT solution_by)
FROM threads JOIN reported r ON r.q = quarter_of(solution_at)
WHERE is_solved AND solution_by <> member_id AND NOT is_removed GROUP BY quarter;

-- section: solution_rate
SELECT quarter, '', NULL,
       avg((is_solved AND coalesce(solved_at <= opened_at + INTERVAL 30 DAY, true))::INT), count(*),
       count(DISTINCT member_id)
FROM threads JOIN reported USING (q)
WHERE is_question AND NOT is_removed AND member_id IS NOT NULL
    AND opened_at <= as_of() - INTERVAL 30 DAY
GROUP BY quarter;

-- section: open_questions
SELECT r.quarter,
       CASE WHEN opened_at > r.ends - INTERVAL 7 DAY THEN 'fresh'
            WHEN opened_at > r.ends - INTERVAL 30 DAY THEN 'staling' ELSE 'stale' END AS segment,
       NULL, count(*), count(*), count(DISTINCT member_id)
FROM (
    SELECT member_id, opened_at,
           least(CASE WHEN is_solved THEN coalesce(solved_at, opened_at) END, ended_at) AS over_at
    FROM threads WHERE is_question AND member_id IS NOT NULL
) t JOIN reported r ON opened_at < r.ends AND coalesce(over_at >= r.ends, true)
GROUP BY 1, 2;

-- section: active_members
SELECT quarter, '', NULL, count(member_id), count(member_id), sum(lost)
FROM participation JOIN reported USING (q) GROUP BY quarter;

-- section: new_contributors
SELECT quarter, '', NULL, count(member_id) FILTER (q = first_q),
       count(member_id) FILTER (q = first_q), sum(lost)
FROM participation JOIN reported USING (q) GROUP BY quarter;

-- section: reactivated_contributors
SELECT quarter, '', NULL, count(member_id) FILTER (epoch(first_at) - epoch(before_at) >= 7776000),
       count(member_id) FILTER (epoch(first_at) - epoch(before_at) >= 7776000), sum(lost)
FROM participation JOIN reported USING (q) GROUP BY quarter;

-- section: lost_contributors
SELECT r.quarter, '', NULL,
       count(member_id) FILTER (in_last_90 >= 4 AND next_q IS DISTINCT FROM r.q),
       count(member_id) FILTER (in_last_90 >= 4 AND next_q IS DISTINCT FROM r.q)
FROM participation p JOIN reported r ON r.q = p.q + 1 GROUP BY quarter;

-- section: net_contributor_growth
SELECT quarter, '', NULL, came - gone, came + gone FROM (
    SELECT quarter, count(member_id) FILTER (q = first_q)
        + count(member_id) FILTER (epoch(first_at) - epoch(before_at) >= 7776000) AS came
    FROM participation JOIN reported USING (q) GROUP BY quarter
) JOIN (
    SELECT r.quarter, count(member_id)
        FILTER (in_last_90 >= 4 AND next_q IS DISTINCT FROM r.q) AS gone
    FROM participation p JOIN reported r ON r.q = p.q + 1 GROUP BY quarter
) USING (quarter);

-- section: returning_contributor_rate
SELECT quarter, '', NULL, came_back / n, n FROM (
    SELECT r.q, count(member_id) FILTER (next_q = r.q) AS came_back
    FROM participation p JOIN reported r ON r.q = p.q + 1 GROUP BY r.q
) JOIN (SELECT q, count(member_id) AS n FROM participation GROUP BY q) USING (q)
JOIN reported USING (q);

-- section: cohort_retention_rate
WITH stayed AS (
    SELECT first_q, q, count(*) AS members FROM participation WHERE member_id IS NOT NULL GROUP BY ALL
)
SELECT r.quarter, '', s.q - s.first_q, s.members / b.members, b.members
FROM stayed s JOIN stayed b ON b.first_q = s.first_q AND b.q = s.first_q
JOIN reported r ON r.q = s.first_q;

-- section: cohort_unbounded_retention_rate
WITH ended AS (
    SELECT first_q, last_q, count(*) AS members FROM (
        SELECT member_id, first_q, max(q) AS last_q FROM participation
        WHERE member_id IS NOT NULL GROUP BY ALL
    ) GROUP BY ALL
)
SELECT r.quarter, '', later.q - r.q,
       sum(members) FILTER (last_q >= later.q) / sum(members), sum(members)
FROM reported r JOIN ended ON first_q = r.q JOIN reported later ON later.q >= r.q
GROUP BY ALL;

-- section: new_members
SELECT quarter, '', NULL, count(*), count(*)
FROM members ANTI JOIN staff USING (member_id) JOIN reported r ON r.q = quarter_of(joined_at)
GROUP BY quarter;

-- section: activation_rate
SELECT quarter, '', NULL, avg(coalesce(epoch(f.first_ever_at) - epoch(joined_at) <= 14 * 86400, false)::INT),
       count(*)
FROM members m ANTI JOIN staff USING (member_id)
JOIN reported r ON r.q = quarter_of(joined_at)
LEFT JOIN (SELECT member_id, first_ever_at FROM participation WHERE q = first_q AND member_id IS NOT NULL) f
    USING (member_id)
WHERE joined_at <= as_of() - INTERVAL 14 DAY GROUP BY quarter;

-- section: frequencies
CREATE TEMP TABLE frequencies AS
SELECT q, contributions, members, members * contributions AS made,
       sum(members) OVER w AS upto, sum(members * contributions) OVER w AS made_upto,
       sum(members) OVER (PARTITION BY q) AS everybody,
       sum(members * contributions) OVER (PARTITION BY q) AS everything
FROM (
    SELECT q, contributions, count(*) AS members FROM participation SEMI JOIN reported USING (q)
    WHERE member_id IS NOT NULL GROUP BY ALL
)
WINDOW w AS (PARTITION BY q ORDER BY contributions DESC);

-- section: top_contributor_share
SELECT quarter, '', NULL, max(made_upto / everything) FILTER (upto - members < 10), any_value(everything)
FROM frequencies JOIN reported USING (q) GROUP BY quarter;

-- section: top_percent_contributor_share
SELECT quarter, '', NULL, max(made_upto / everything) FILTER (upto - members < ceil(everybody * 0.01)),
       any_value(everything)
FROM frequencies JOIN reported USING (q) GROUP BY quarter;

-- section: absence_factor
SELECT quarter, '', NULL, min(upto - members + ceil((everything / 2 - (made_upto - made)) / contributions)),
       any_value(everything)
FROM frequencies JOIN reported USING (q) WHERE made_upto >= everything / 2
    AND made_upto - made < everything / 2
GROUP BY quarter;

-- section: contribution_gini
SELECT quarter, '', NULL,
       2 * sum((everybody - upto + (members + 1) / 2) * made) / (any_value(everybody) * any_value(everything))
           - (any_value(everybody) + 1) / any_value(everybody), any_value(everything)
FROM frequencies JOIN reported USING (q) GROUP BY quarter;

-- section: visitor_gini
WITH readers AS (
    SELECT q, count(*) AS readers FROM presence p
    ANTI JOIN participation USING (member_id, q) GROUP BY q
)
SELECT quarter, '', NULL,
       2 * sum((everybody + coalesce(readers, 0) - upto + (members + 1) / 2) * made)
           / (any_value(everybody + coalesce(readers, 0)) * any_value(everything))
           - (any_value(everybody + coalesce(readers, 0)) + 1) / any_value(everybody + coalesce(readers, 0)), any_value(everything)
FROM frequencies JOIN reported USING (q) LEFT JOIN readers USING (q) GROUP BY quarter;

-- section: onion_role_members
WITH borders AS (
    SELECT q, any_value(everybody) AS everybody,
           min(upto - members + ceil((0.8 * everything - (made_upto - made)) / contributions))
               FILTER (made_upto >= 0.8 * everything AND made_upto - made < 0.8 * everything) AS core,
           min(upto - members + ceil((0.95 * everything - (made_upto - made)) / contributions))
               FILTER (made_upto >= 0.95 * everything AND made_upto - made < 0.95 * everything)
               AS inner_two
    FROM frequencies GROUP BY q
)
SELECT quarter, unnest(['core', 'regular', 'casual']), NULL,
       unnest([core, inner_two - core, everybody - inner_two]), everybody
FROM borders JOIN reported USING (q);

-- section: ladder_transition_share
SELECT quarter, level || ' → ' || later, NULL, sum(members) / sum(sum(members)) OVER (PARTITION BY quarter, level),
       sum(sum(members)) OVER (PARTITION BY quarter, level)
FROM ladder_moves JOIN reported USING (q) WHERE level > 0 GROUP BY quarter, level, later;

-- section: ladder_movement_share
SELECT quarter,
       CASE WHEN later = 0 THEN 'left' WHEN later > level THEN 'rose' WHEN later < level THEN 'sank'
            ELSE 'stayed' END AS segment,
       NULL, sum(members) / sum(sum(members)) OVER (PARTITION BY quarter),
       sum(sum(members)) OVER (PARTITION BY quarter)
FROM ladder_moves JOIN reported USING (q) WHERE level > 0 GROUP BY 1, 2;

-- section: gravity_growth
SELECT quarter, '', NULL,
       sum(members * (([0, 0, 1, 4, 9])[later + 1] - ([0, 0, 1, 4, 9])[level + 1]))
           / sum(members) FILTER (level > 0), sum(members) FILTER (level > 0)
FROM ladder_moves JOIN reported USING (q) GROUP BY quarter;

-- section: love
WITH months AS (
    SELECT q, sum(since_month_3) + 0.9::DOUBLE * sum(since_month_2 - since_month_3)
        + 0.81::DOUBLE * sum(contributions - since_month_2) AS fresh, sum(contributions) AS n
    FROM participation GROUP BY q
)
SELECT r.quarter, '', NULL, sum(fresh * 0.9::DOUBLE ** (3 * (r.q - m.q))), sum(n) FILTER (m.q = r.q)
FROM reported r JOIN months m ON m.q <= r.q GROUP BY quarter;

-- section: active_members_by_meaning
WITH contributed AS (
    SELECT q, unnest(['contributed', 'contributed_28_days', 'contributed_60_days',
                      'ten_contributions_30_days']) AS segment,
           unnest([count(member_id), count(member_id) FILTER (in_last_28 > 0),
                   count(member_id) FILTER (in_last_60 > 0),
                   count(member_id) FILTER (in_last_30 >= 10)]) AS members
    FROM participation GROUP BY q
), was_there AS (
    SELECT q, unnest(['any_activity', 'visited_30_days', 'visited_month', 'read_month',
                      'visited_and_acted']) AS segment,
           unnest([count(*), count_if(visits_30 > 0), count_if(visits_month > 0),
                   count_if(reads_month > 0), count_if(deeds > 0)]) AS members
    FROM presence GROUP BY q
)
SELECT quarter, segment, NULL, members, members
FROM (FROM contributed UNION ALL FROM was_there) JOIN reported USING (q);

-- section: participation_split
SELECT quarter, unnest(['read_only', 'contributed_little', 'contributed_more']), NULL,
       unnest([count_if(c = 0), count_if(c BETWEEN 1 AND 3), count_if(c > 3)]) / count(*), count(*)
FROM (
    SELECT q, coalesce(contributions, 0) AS c FROM presence LEFT JOIN participation USING (member_id, q)
) JOIN reported USING (q) GROUP BY quarter;

-- section: stickiness
WITH days AS (
    SELECT DISTINCT member_id, (acted_at + local_ahead(acted_at))::DATE AS day
    FROM activity ANTI JOIN staff USING (member_id)
    WHERE acted_at >= TIMESTAMP '2024-09-01 22:00'
), stays AS (
    SELECT day, least(coalesce(lead(day) OVER (PARTITION BY member_id ORDER BY day) - day, 30), 30) AS stays
    FROM days
), changes AS (
    SELECT day, count(*) AS came, 0 AS went FROM stays GROUP BY day
    UNION ALL
    SELECT day + stays::INT, 0, count(*) FROM stays GROUP BY 1
), daily AS (
    SELECT day, sum(came) AS active, sum(sum(came) - sum(went)) OVER (ORDER BY day) AS month
    FROM changes GROUP BY day
), persons AS (SELECT q, count(*) AS persons FROM presence GROUP BY q)
SELECT quarter, '', NULL, avg(active / month), count(*), any_value(persons)
FROM daily JOIN reported ON utc(day::TIMESTAMP) >= starts AND utc(day::TIMESTAMP) < ends
JOIN persons USING (q) WHERE month > 0 GROUP BY quarter;

-- section: reply_network_density
CREATE TEMP TABLE met AS
SELECT r.q, least(t.member_id, p.member_id) AS one, greatest(t.member_id, p.member_id) AS other,
       min(p.posted_at) AS met_at
FROM posts p JOIN threads t USING (thread_id) JOIN reported r ON r.q = quarter_of(p.posted_at)
WHERE p.posted_at > t.opened_at AND coalesce(p.kind IN ('answer', 'reply'), true)
    AND p.deleted_at IS NULL AND p.member_id <> t.member_id
    AND p.member_id NOT IN (SELECT member_id FROM members WHERE is_bot)
GROUP BY ALL;
CREATE TEMP TABLE came AS
SELECT q, person, min(moment) AS came_at FROM (
    SELECT q, member_id AS person, opened_at AS moment FROM threads SEMI JOIN reported USING (q)
    WHERE member_id IS NOT NULL
    UNION ALL SELECT q, one, met_at FROM met UNION ALL SELECT q, other, met_at FROM met
) GROUP BY ALL;
WITH sizes AS (SELECT q, count(*) AS n, min(count(*)) OVER () AS smallest FROM came GROUP BY q),
next AS (
    SELECT q, came_at AS next_at FROM (
        SELECT q, came_at, row_number() OVER (PARTITION BY q ORDER BY came_at, person) AS place
        FROM came
    ) JOIN sizes USING (q) WHERE place = smallest + 1
)
SELECT quarter, unnest(['everybody', 'equal_size']), NULL,
       unnest([count(*) / (any_value(n) * (any_value(n) - 1) / 2),
               count_if(coalesce(met_at < next_at, true)) / (any_value(smallest) * (any_value(smallest) - 1) / 2)]),
       unnest([any_value(n), any_value(smallest)])
FROM met JOIN sizes USING (q) LEFT JOIN next USING (q) JOIN reported USING (q) GROUP BY quarter;
DROP TABLE met;
DROP TABLE came;

-- section: answers_lost_without_top
CREATE TEMP TABLE top AS
SELECT q, member_id FROM participation
JOIN (SELECT q, min(contributions) AS fewest FROM frequencies WHERE upto - members < 10 GROUP BY q)
USING (q) WHERE member_id IS NOT NULL AND contributions >= fewest;
CREATE TEMP TABLE at_stake AS
SELECT t.q, t.thread_id, t.member_id, t.opened_at FROM threads t
JOIN top ON top.q = t.q AND top.member_id = t.first_reply_by
WHERE waited <= 24 * 3600e6 AND NOT is_removed AND t.member_id IS NOT NULL
    AND opened_at <= as_of() - INTERVAL 24 HOUR;
WITH saved AS (
    SELECT DISTINCT a.thread_id FROM posts p JOIN at_stake a USING (thread_id)
    LEFT JOIN top ON top.q = a.q AND top.member_id = p.member_id
    WHERE p.posted_at > a.opened_at AND p.posted_at <= a.opened_at + INTERVAL 24 HOUR
        AND coalesce(p.kind IN ('answer', 'reply'), true) AND p.deleted_at IS NULL
        AND coalesce(p.member_id <> a.member_id, true) AND top.q IS NULL
        AND p.member_id NOT IN (SELECT member_id FROM members WHERE is_bot)
), lost AS (SELECT q, count(*) AS lost FROM at_stake ANTI JOIN saved USING (thread_id) GROUP BY q)
SELECT quarter, '', NULL, any_value(lost) / count(*), count(*), count(DISTINCT member_id)
FROM threads JOIN reported USING (q) JOIN lost USING (q)
WHERE NOT is_removed AND member_id IS NOT NULL AND opened_at <= as_of() - INTERVAL 24 HOUR
GROUP BY quarter;

-- section: solutions_lost_without_top
SELECT quarter, '', NULL,
       avg((is_solved AND top.member_id IS NOT NULL
            AND coalesce(solved_at <= opened_at + INTERVAL 30 DAY, true))::INT), count(*),
       count(DISTINCT t.member_id)
FROM threads t JOIN reported USING (q)
LEFT JOIN top ON top.q = t.q AND top.member_id = t.solution_by
WHERE is_question AND NOT is_removed AND t.member_id IS NOT NULL
    AND opened_at <= as_of() - INTERVAL 30 DAY
GROUP BY quarter;

-- section: answers_by_top
SELECT quarter, '', NULL, count(*), count(*)
FROM posts p JOIN top ON top.member_id = p.member_id AND top.q = quarter_of(p.posted_at)
JOIN threads t USING (thread_id) JOIN reported r ON r.q = top.q
WHERE p.posted_at > t.opened_at AND coalesce(p.kind IN ('answer', 'reply'), true)
    AND p.deleted_at IS NULL AND coalesce(p.member_id <> t.member_id, true)
GROUP BY quarter;

-- section: user_generated_content_share
SELECT quarter, '', NULL, sum(by_member) / sum(written), sum(written), count(*),
       sum(by_member * by_member), sum(by_member * written), sum(written * written)
FROM (
    SELECT quarter_of(posted_at) AS q, p.member_id, count(*) AS written,
           count(*) FILTER (staff.member_id IS NULL) AS by_member
    FROM posts p LEFT JOIN staff USING (member_id)
    WHERE deleted_at IS NULL AND p.member_id IS NOT NULL
        AND p.member_id NOT IN (SELECT member_id FROM members WHERE is_bot)
    GROUP BY 1, 2
) JOIN reported USING (q) GROUP BY quarter;

-- section: voices
-- who asked, and whether it was answered within a day, in whole begun minutes
CREATE TEMP TABLE asked AS
WITH fourth AS (
    SELECT member_id, min(posted_at, 4)[4] AS fourth_at FROM posts ANTI JOIN staff USING (member_id)
    WHERE deleted_at IS NULL AND member_id IS NOT NULL GROUP BY member_id
), waits AS (
    SELECT t.q, t.member_id, t.opened_at, language,
           least((epoch_us(least(first_reply_at, ended_at, as_of())) - epoch_us(opened_at) + 59999999)
                 // 60000000, 1441) AS minutes,
           first_reply_at IS NOT NULL
               AND first_reply_at = least(first_reply_at, ended_at, as_of()) AS is_seen
    FROM threads t SEMI JOIN reported USING (q) WHERE t.member_id IS NOT NULL
)
SELECT w.q, w.member_id, minutes, is_seen AND minutes <= 1440 AS is_event, language, m.segment,
       CASE WHEN staff.member_id IS NULL THEN
           CASE WHEN coalesce(opened_at <= fourth_at, true) THEN 'newcomers' ELSE 'regulars' END END
           AS experience
FROM waits w LEFT JOIN fourth USING (member_id) LEFT JOIN staff USING (member_id)
LEFT JOIN members m USING (member_id);
CREATE MACRO answered_by(grouped) AS TABLE
WITH curve AS (
    SELECT q, segment, minutes, count(*) AS units, count_if(is_event) AS stopped
    FROM query_table(grouped) WHERE segment IS NOT NULL GROUP BY ALL
), risk AS (
    SELECT *, sum(units) OVER (PARTITION BY q, segment ORDER BY minutes DESC) AS at_risk FROM curve
), survival AS (
    SELECT q, segment, 1 - product(1 - stopped / at_risk) AS answered FROM risk GROUP BY ALL
), sums AS (
    SELECT q, segment, count(*) AS persons, sum(asked) AS n, sum(got * got) AS a,
           sum(got * asked) AS b, sum(asked * asked) AS c
    FROM (
        SELECT q, segment, member_id, count(*) AS asked, count_if(is_event) AS got
        FROM query_table(grouped) WHERE segment IS NOT NULL GROUP BY ALL
    ) GROUP BY ALL
)
SELECT quarter, segment, NULL, answered, n, persons, a, b, c
FROM survival JOIN sums USING (q, segment) JOIN reported USING (q);

-- section: answered_by_experience
CREATE TEMP VIEW by_experience AS
SELECT q, member_id, minutes, is_event, experience AS segment FROM asked;
CREATE TEMP TABLE experience AS FROM answered_by('by_experience');
FROM experience;

-- section: voice_equity_gap
SELECT a.quarter, '', NULL, 100 * (a.answered - b.answered), a.n + b.n
FROM experience a JOIN experience b USING (quarter)
WHERE a.segment = 'newcomers' AND b.segment = 'regulars';

-- section: answered_by_language
CREATE TEMP VIEW by_language AS
SELECT q, member_id, minutes, is_event, language AS segment FROM asked;
CREATE TEMP TABLE language AS FROM answered_by('by_language');
FROM language;

-- section: voice_equity_gap_by_language
SELECT a.quarter, a.segment, NULL, 100 * (a.answered - b.answered), a.n + b.n
FROM language a JOIN language b USING (quarter) WHERE a.segment <> 'de' AND b.segment = 'de';

-- section: answered_by_segment
CREATE TEMP VIEW by_segment AS
SELECT q, member_id, minutes, is_event, segment FROM asked;
CREATE TEMP TABLE segments AS FROM answered_by('by_segment');
FROM segments;

-- section: voice_equity_gap_by_segment
SELECT a.quarter, a.segment, NULL, 100 * (a.answered - b.answered), a.n + b.n
FROM segments a JOIN segments b USING (quarter)
WHERE b.segment = (SELECT segment FROM segments GROUP BY segment ORDER BY sum(n) DESC LIMIT 1)
    AND a.segment <> b.segment;

-- section: contribution_breadth
WITH made AS (
    SELECT q, segment, sum(contributions) / sum(sum(contributions)) OVER (PARTITION BY q) AS share,
           sum(contributions) AS n
    FROM participation JOIN members USING (member_id) SEMI JOIN reported USING (q)
    WHERE segment IS NOT NULL GROUP BY q, segment
), there AS (
    SELECT q, segment, count(*) / sum(count(*)) OVER (PARTITION BY q) AS share
    FROM members m ANTI JOIN staff USING (member_id)
    JOIN reported r ON joined_at < r.ends AND coalesce(left_at >= r.starts, true)
    WHERE segment IS NOT NULL GROUP BY q, segment
)
SELECT quarter, '', NULL, sum(least(made.share, there.share)), sum(n)
FROM made JOIN there USING (q, segment) JOIN reported USING (q) GROUP BY quarter;

-- section: expert_answer_rate
WITH first AS (
    SELECT t.thread_id, min(p.posted_at) AS answered_at
    FROM posts p SEMI JOIN (
        SELECT member_id FROM members
        WHERE role IN ('expert', 'staff', 'admin', 'community_manager') AND NOT coalesce(is_bot, false)
    ) USING (member_id)
    JOIN threads t ON t.thread_id = p.thread_id
    WHERE p.deleted_at IS NULL AND coalesce(p.kind IN ('answer', 'reply'), true)
        AND coalesce(p.member_id <> t.member_id, true) AND p.posted_at > t.opened_at
    GROUP BY t.thread_id
)
SELECT quarter, '', NULL, avg(coalesce(answered_at <= opened_at + INTERVAL 7 DAY, false)::INT),
       count(*), count(DISTINCT member_id)
FROM threads LEFT JOIN first USING (thread_id) JOIN reported USING (q)
WHERE NOT is_removed AND member_id IS NOT NULL AND opened_at <= as_of() - INTERVAL 7 DAY
GROUP BY quarter;

-- section: recognition_reach
CREATE TEMP TABLE awards AS
SELECT member_id, quarter_of(awarded_at) AS q, count(*) AS awards
FROM recognitions ANTI JOIN staff USING (member_id) GROUP BY ALL;
SELECT quarter, '', NULL, count(awards) / count(*), count(*)
FROM participation p LEFT JOIN awards USING (member_id, q) JOIN reported USING (q)
WHERE p.member_id IS NOT NULL GROUP BY quarter;

-- section: top_decile_recognition_share
WITH tenth AS (
    SELECT q, min(contributions) AS fewest FROM frequencies WHERE (upto - members) * 10 < everybody
    GROUP BY q
)
SELECT quarter, '', NULL, sum(awards) FILTER (contributions >= fewest) / sum(awards), sum(awards),
       count(*), sum(awards * awards), sum(awards * awards) FILTER (contributions >= fewest)
FROM awards LEFT JOIN participation USING (member_id, q) JOIN tenth USING (q) JOIN reported USING (q)
GROUP BY quarter;

-- section: average_monthly_active_recipients
CREATE MACRO month_of(m) AS CASE
    WHEN m < TIMESTAMP '2024-06-30 22:00' THEN NULL
    WHEN m < TIMESTAMP '2024-07-31 22:00' THEN 0 WHEN m < TIMESTAMP '2024-08-31 22:00' THEN 1
    WHEN m < TIMESTAMP '2024-09-30 22:00' THEN 2 WHEN m < TIMESTAMP '2024-10-31 23:00' THEN 3
    WHEN m < TIMESTAMP '2024-11-30 23:00' THEN 4 WHEN m < TIMESTAMP '2024-12-31 23:00' THEN 5
    WHEN m < TIMESTAMP '2025-01-31 23:00' THEN 6 WHEN m < TIMESTAMP '2025-02-28 23:00' THEN 7
    WHEN m < TIMESTAMP '2025-03-31 22:00' THEN 8 WHEN m < TIMESTAMP '2025-04-30 22:00' THEN 9
    WHEN m < TIMESTAMP '2025-05-31 22:00' THEN 10 WHEN m < TIMESTAMP '2025-06-30 22:00' THEN 11
    WHEN m < TIMESTAMP '2025-07-31 22:00' THEN 12 WHEN m < TIMESTAMP '2025-08-31 22:00' THEN 13
    WHEN m < TIMESTAMP '2025-09-30 22:00' THEN 14 WHEN m < TIMESTAMP '2025-10-31 23:00' THEN 15
    WHEN m < TIMESTAMP '2025-11-30 23:00' THEN 16 WHEN m < TIMESTAMP '2025-12-31 23:00' THEN 17
    WHEN m < TIMESTAMP '2026-01-31 23:00' THEN 18 WHEN m < TIMESTAMP '2026-02-28 23:00' THEN 19
    WHEN m < TIMESTAMP '2026-03-31 22:00' THEN 20 WHEN m < TIMESTAMP '2026-04-30 22:00' THEN 21
    WHEN m < TIMESTAMP '2026-05-31 22:00' THEN 22 WHEN m < TIMESTAMP '2026-06-30 22:00' THEN 23
    WHEN m < TIMESTAMP '2026-07-31 22:00' THEN 24 WHEN m < TIMESTAMP '2026-08-31 22:00' THEN 25
    WHEN m < TIMESTAMP '2026-09-30 22:00' THEN 26 END::TINYINT;
WITH active AS (
    SELECT DISTINCT member_id, month FROM (
        SELECT member_id, month_of(acted_at) AS month FROM activity
        UNION ALL SELECT member_id, month_of(posted_at) FROM posts
    ) SEMI JOIN (SELECT member_id FROM members ANTI JOIN staff USING (member_id) WHERE country = 'DE')
    USING (member_id) WHERE month IS NOT NULL
)
SELECT quarter, '', NULL, count(*) / 6, count(DISTINCT member_id)
FROM active JOIN reported r ON month // 3 BETWEEN r.q - 8099 AND r.q - 8098 GROUP BY quarter;
