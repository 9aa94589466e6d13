DROP TABLE beacon_presence;
DROP TABLE webhook_deliveries;
DROP TABLE webhooks;
