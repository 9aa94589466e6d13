using System.Text;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Control;

/// <summary>Signs configurations, once each. Without a key of that usage it can sign none.</summary>
internal sealed class ConfigurationSigner(OperatorKeys operatorKeys)
{
    /// <summary>Any: neither header nor tag are signed.</summary>
    private const uint NoSession = 1;

    /// <summary>False when the operator gave no configuration key.</summary>
    public bool CanSign => operatorKeys.Configuration is not null;

    /// <summary>
    /// The bytes of a Config frame between header and tag, from config_version to the signature: what is stored.
    /// </summary>
    /// <param name="beacon">Whose configuration it is.</param>
    /// <param name="version">Its version.</param>
    /// <param name="text">Lines that were checked.</param>
    public byte[] Sign(BeaconId beacon, uint version, string text)
    {
        ServiceKey service = operatorKeys.Configuration
            ?? throw new InvalidOperationException("there is no configuration key");
        byte[] lines = Encoding.ASCII.GetBytes(text);
        ConfigFrame config = new()
        {
            SessionId = NoSession,
            Version = version,
            Text = lines,
            TextLength = lines.Length,
        };
        Challenges.Copy(service.Certificate, config.Certificate);
        byte[] frame = new byte[ConfigFrame.MinSize + lines.Length];
        int length = config.Write(frame, 0);
        if (length < 0)
            throw new InvalidOperationException($"a configuration was not checked: {(WireError)(-length)}");
        byte[] id = new byte[BeaconId.ByteCount];
        beacon.CopyTo(id);
        byte[] message = new byte[SignedMessages.ConfigPrefixSize + ConfigFrame.SignedSize(length)];
        SignedMessages.Config(message, 0, id, frame, 0, length);
        service.Sign(message).CopyTo(frame, ConfigFrame.SignatureOffset(length));
        return frame[ConfigFrame.SignedFrom..FrameTag.Offset(length)];
    }
}
