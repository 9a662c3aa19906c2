SELECT 'klaviyo_flow_series_report' AS source_table
