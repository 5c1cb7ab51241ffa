// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The least that an ERC-20 can do, so that the gas figures are the settlement's own and not a token's.
contract LeanToken {
    event Transfer(address indexed from, address indexed to, uint256 value);

    mapping(address account => uint256 units) public balanceOf;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        balanceOf[msg.sender] -= amount;
        unchecked {
            balanceOf[to] += amount;
        }
        emit Transfer(msg.sender, to, amount);
        return true;
    }
}
