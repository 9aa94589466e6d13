namespace LumenLink.Protocol
{
    /// <summary>Names of the frames' way over HTTP (README section 10).</summary>
    public static class FramePost
    {
        /// <summary>Where frames are posted.</summary>
        public const string Path = "/api/v1/frames";

        /// <summary>Where a Hello is posted by who has no token yet.</summary>
        public const string ChallengePath = "/api/v1/attest/challenge";

        /// <summary>Where Evidence is posted by who has no token yet.</summary>
        public const string AttestPath = "/api/v1/attest";

        /// <summary>Type of the bodies, either way.</summary>
        public const string ContentType = "application/octet-stream";

        /// <summary>What an Authorization header with a connection token starts with.</summary>
        public const string TokenScheme = "Bearer ";

        /// <summary>What an Authorization header with a session of the service starts with.</summary>
        public const string SessionScheme = "LumenLink ";

        /// <summary>Between the beacon id and its connection token.</summary>
        public const char IdEnd = '.';

        /// <summary>Header of an answer: the session for the next post.</summary>
        public const string SessionHeader = "LumenLink-Session";

        /// <summary>Characters of a session at most.</summary>
        public const int MaxSessionCharacters = 128;

        /// <summary>Authorization header of a beacon that has no session.</summary>
        public static string Token(string idText, string token)
        {
            return TokenScheme + idText + IdEnd + token;
        }

        /// <summary>Authorization header of a beacon that was given a session.</summary>
        public static string Session(string session)
        {
            return SessionScheme + session;
        }
    }
}
