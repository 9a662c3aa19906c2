-- Days of ads or of campaigns, current ones or all that were read, with the purchases among their actions. The same
-- purchase stands under three types, the widest of which is the first, so the largest number of them counts.
SELECT n.*,
  (
    SELECT MAX(SAFE_CAST(JSON_VALUE(e, '$.value') AS FLOAT64)) FROM UNNEST(JSON_QUERY_ARRAY(n.actions)) AS e
    WHERE JSON_VALUE(e, '$.action_type') IN UNNEST(n.purchase_types)
  ) AS purchases,
  (
    SELECT MAX(SAFE_CAST(JSON_VALUE(e, '$.value') AS NUMERIC)) FROM UNNEST(JSON_QUERY_ARRAY(n.action_values)) AS e
    WHERE JSON_VALUE(e, '$.action_type') IN UNNEST(n.purchase_types)
  ) AS purchase_value
FROM (
  SELECT *, ['omni_purchase', 'purchase', 'offsite_conversion.fb_pixel_purchase'] AS purchase_types
  FROM @rows
) AS n
