// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice A receiver that is a contract: signs by ERC-1271 and, when paid native coins, calls somebody back.
contract ContractReceiver {
    mapping(bytes32 digest => bool) private approved;
    address private target;
    bytes private message;

    /// @notice How often the call back went through.
    uint256 public reentries;

    function approve(bytes32 digest) external {
        approved[digest] = true;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return approved[digest] ? this.isValidSignature.selector : bytes4(0xffffffff);
    }

    function callBack(address target_, bytes calldata message_) external {
        target = target_;
        message = message_;
    }

    receive() external payable {
        if (target == address(0)) return;
        (bool success,) = target.call(message);
        if (success) ++reentries;
    }
}
