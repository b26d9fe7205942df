-- phpMyAdmin SQL Dump
-- A club's evenings at the theatre.

SET NAMES utf8mb4;

CREATE TABLE `plays` (
  `id` int(11) NOT NULL,
  `title` varchar(200) NOT NULL COMMENT 'as on the bill',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;

INSERT INTO `plays` (`id`, `title`) VALUES
(1, 'The Salt Stair'),
(2, 'Ferry O\'Clock');

CREATE TABLE `reviews` (
  `id` int(11) NOT NULL,
  `play_id` int(11) NOT NULL,
  `critic` varchar(100) NOT NULL,
  `stars` varchar(10) DEFAULT NULL,
  `date` date DEFAULT NULL,
  `text` text
) ENGINE=InnoDB;

INSERT INTO `reviews` VALUES
(10, 1, 'Marta Quill', '4/5', '2018-10-03', 'Three hours on one staircase;\nand not a step too many.'),
(11, 2, 'Ivo Brandt', '2.5/5', '2018-10-05', 'It is late, (very) late.'),
(12, 1, 'Ivo Brandt', NULL, '2018-10-06', 'The stair creaks.');
