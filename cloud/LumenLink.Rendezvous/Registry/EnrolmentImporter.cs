using LumenLink.Rendezvous.Observability;

namespace LumenLink.Rendezvous.Registry;

/// <summary>Counts of one import.</summary>
/// <param name="Enrolled">New beacons.</param>
/// <param name="AlreadyEnrolled">Beacons that were there before.</param>
/// <param name="Failed">Files that were refused, each named in the log.</param>
public readonly record struct EnrolmentCounts(int Enrolled, int AlreadyEnrolled, int Failed);

/// <summary>
/// The enrol command: every *.json of a folder is one beacon. A file that is wrong is named and the next one taken.
/// </summary>
internal sealed class EnrolmentImporter(Enroller enroller, ILogger<EnrolmentImporter> logger)
{
    /// <summary>Who enrols, for the audit: whoever may run the command.</summary>
    private const string By = "enrol command";

    /// <summary>Imports a folder in the order of file names.</summary>
    public async Task<EnrolmentCounts> ImportAsync(string folder, CancellationToken cancellationToken)
    {
        int enrolled = 0, already = 0, failed = 0;
        foreach (string path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            switch (await ImportFileAsync(path, cancellationToken))
            {
                case EnrolOutcome.Enrolled:
                    enrolled++;
                    break;
                case EnrolOutcome.AlreadyEnrolled:
                    already++;
                    break;
                default:
                    failed++;
                    break;
            }
        }

        return new EnrolmentCounts(enrolled, already, failed);
    }

    private async Task<EnrolOutcome?> ImportFileAsync(string path, CancellationToken cancellationToken)
    {
        string file = Path.GetFileName(path);
        if (EnrolmentFile.Read(path, out EnrolmentRequest? request) is { } problem)
        {
            logger.NotEnrolled(file, problem);
            return null;
        }

        EnrolmentResult result = await enroller.EnrolAsync(
            EnrolmentPolicy.Tenant, request!, isDryRun: false, By, cancellationToken);
        if (result.Beacon is { } beacon)
            logger.Enrolled(beacon.Id, beacon.Enrolment.Name, result.Outcome);
        else
            logger.NotEnrolled(file, result.Detail);
        return result.Outcome;
    }
}
