using System.Xml.Linq;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>The device's sources, and which of their methods refuse what the service did not send.</summary>
internal static class DeviceSources
{
    /// <summary>Every check in these methods has its hostile frame, or a reason in
    /// <see cref="DeviceMutationTests"/>.</summary>
    internal static (string File, string[] Methods)[] Checked { get; } =
    [
        ("shared-protocol/Wire/FrameHeader.cs", ["Check", "CheckTypeAndSession", "Expect"]),
        ("shared-protocol/Wire/Extensions.cs", ["Check"]),
        ("shared-protocol/Wire/TextLines.cs", ["Check"]),
        ("shared-protocol/Wire/ServiceCertificate.cs", ["Check"]),
        ("shared-protocol/Wire/ChallengeFrame.cs", ["Check"]),
        ("shared-protocol/Wire/AttestationResultFrame.cs", ["Check", "CheckLength"]),
        ("shared-protocol/Wire/AttestationRefusalFrame.cs", ["Check"]),
        ("shared-protocol/Wire/ConfigFrame.cs", ["Check", "Read"]),
        ("shared-protocol/Wire/CommandFrame.cs", ["Check", "Read"]),
        ("shared-protocol/Wire/ReceiptFrame.cs", ["Check", "Read"]),
        ("shared-protocol/Wire/ReceiptEntry.cs", ["Check"]),
        ("firmware/Core/Security/ServiceSignatureCheck.cs", ["Check", "CheckConfig"]),
        ("firmware/Core/Security/AttestationExchange.cs", ["OnChallenge", "OnResult", "OnRefusal", "CheckRefusal"]),
        ("firmware/Core/Security/Session.cs", ["Opens"]),
        ("firmware/Core/Security/SecretStore.cs", ["TakeEidKey"]),
        ("firmware/Core/Uplink/FrameInbox.cs", ["Put"]),
        ("firmware/Core/Uplink/UplinkMachine.cs", ["HandleFrame", "HandleControl", "HandleResult", "HandleReceipt"]),
        ("firmware/Core/Uplink/AttestationRun.cs",
            ["OnChallenge", "OnResult", "OnRefusal", "Opens", "OnReceipt", "Expire", "Wait"]),
        ("firmware/Core/Uplink/RecordSender.cs", ["OnReceipt"]),
        ("firmware/Core/Control/ControlDesk.cs", ["OnCommand", "OnConfig", "Take"]),
        ("firmware/Core/Control/CommandRunner.cs", ["Judge"]),
        ("firmware/Core/Control/CommandLedger.cs", ["Keep"]),
        ("firmware/Core/Control/ConfigLedger.cs", ["Keep", "Accept", "Refuse"]),
    ];

    /// <summary>Root of the repository.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>Files of a project's source lists, with their paths from the root.</summary>
    internal static IEnumerable<string> FilesOf(params string[] lists) => lists.SelectMany(list =>
        XDocument.Load(Path.Combine(Root, list)).Descendants()
            .Where(element => element.Name.LocalName == "Compile")
            .Select(element => element.Attribute("Include")!.Value.Replace(
                "$(MSBuildThisFileDirectory)", Path.GetDirectoryName(list)!.Replace('\\', '/') + "/",
                StringComparison.Ordinal)));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LumenLink.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
