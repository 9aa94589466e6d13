DROP TABLE roll_ups;
DROP TABLE beacon_hours;
