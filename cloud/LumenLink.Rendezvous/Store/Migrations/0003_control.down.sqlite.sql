DROP TABLE diagnostics;
DROP TABLE configurations;
DROP TABLE commands;
