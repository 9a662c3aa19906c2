-- Days since 2015 to the end of next year, with their weeks, months, quarters and the fiscal year of the workspace.
/*
workspace_id; date date Day; year int Year; quarter int Quarter, 1 to 4; month int Month, 1 to 12
month_name text Name of the month; day int Day of the month; day_of_year int Day of the year
iso_year int Year that the ISO week belongs to; iso_week int ISO week, 1 to 53; week_start date Monday of the week
month_start date First day of the month; quarter_start date First day of the quarter
weekday int Day of the week, 1 for Monday to 7 for Sunday; weekday_name text Name of the day
is_weekend bool Whether it is a Saturday or Sunday
fiscal_year int Fiscal year, named after the calendar year in which it ends
fiscal_quarter int Quarter of the fiscal year, 1 to 4; fiscal_month int Month of the fiscal year, 1 to 12
level: date
*/
WITH days AS (
  SELECT
    day AS date,
    MOD(EXTRACT(DAYOFWEEK FROM day) + 5, 7) + 1 AS weekday,
    FORMAT_DATE('%G-W%V', day) AS week,
    -- As many months on as make the fiscal year begin in January.
    DATE_ADD(DATE_TRUNC(day, MONTH), INTERVAL MOD(13 - @fiscal_year_start, 12) MONTH) AS fiscal
  FROM UNNEST(GENERATE_DATE_ARRAY(DATE '2015-01-01', DATE(EXTRACT(YEAR FROM CURRENT_DATE()) + 1, 12, 31))) AS day
)
SELECT
  @workspace_id AS workspace_id,
  date,
  EXTRACT(YEAR FROM date) AS year,
  EXTRACT(QUARTER FROM date) AS quarter,
  EXTRACT(MONTH FROM date) AS month,
  FORMAT_DATE('%B', date) AS month_name,
  EXTRACT(DAY FROM date) AS day,
  EXTRACT(DAYOFYEAR FROM date) AS day_of_year,
  CAST(SUBSTR(week, 1, 4) AS INT64) AS iso_year,
  CAST(SUBSTR(week, 7) AS INT64) AS iso_week,
  DATE_SUB(date, INTERVAL weekday - 1 DAY) AS week_start,
  DATE_TRUNC(date, MONTH) AS month_start,
  DATE_TRUNC(date, QUARTER) AS quarter_start,
  weekday,
  FORMAT_DATE('%A', date) AS weekday_name,
  weekday > 5 AS is_weekend,
  EXTRACT(YEAR FROM fiscal) AS fiscal_year,
  EXTRACT(QUARTER FROM fiscal) AS fiscal_quarter,
  EXTRACT(MONTH FROM fiscal) AS fiscal_month
FROM days
